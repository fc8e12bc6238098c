function o(e){}function t(e){for(let n of e.querySelectorAll("form"))for(let r of i)r(n)}var i=[o];t(document);
