function l(t,n,i={},c=""){let o=document.createElement(n);for(let s in i)o.setAttribute(s,i[s]||"");return o.textContent=c,t.appendChild(o),o}function b(t){let n=new CSSStyleSheet;return n.replaceSync(t),n}function S(t,n,i,c){let o=l(t,"dialog",{"aria-label":n}),s=l(o,"div",{class:"bar"});l(s,"b",{},n);let e=l(s,"button",{type:"button","aria-label":i},"×");return e.onclick=()=>o.close(),o.onclick=({target:d})=>{d===o&&o.close()},o.onclose=c,o}function w(){let t=innerWidth>document.documentElement.clientWidth?"stable":"auto",n=b(`:root:root{overflow:hidden!important;scrollbar-gutter:${t}!important}`);return document.adoptedStyleSheets=[...document.adoptedStyleSheets,n],()=>{document.adoptedStyleSheets=document.adoptedStyleSheets.filter(i=>i!==n)}}var E="otklik 1 ";var R=3e4;function N(t,n,i,c,o){let s=E+location.origin,e=l(t,"iframe",{title:i,name:s,allow:"geolocation; camera",referrerpolicy:"origin",src:n});e.hidden=!0;let d=new URL(n).origin;addEventListener("message",p),document.addEventListener("securitypolicyviolation",u);function u({effectiveDirective:f,blockedURI:h,disposition:m}){f==="frame-src"&&h&&n.startsWith(h)&&m==="enforce"&&o({type:"blocked"})}function p({source:f,origin:h,data:m}){if(f!==e.contentWindow||h!==d||!m||m.otklik!==1)return;let a=m;a.type==="hello"?x():a.type==="height"?o({...a,height:Math.min(+a.height||0,R)}):(a.type==="close"||a.type==="sent")&&o(a)}function x(){e.hidden&&o({type:"ready"});let f=e.getRootNode().activeElement===e;e.contentWindow.postMessage({otklik:1,type:"welcome",mode:c,focus:f},d)}function k(){removeEventListener("message",p),document.removeEventListener("securitypolicyviolation",u),e.remove()}return{iframe:e,stop:k}}var $=`
iframe{display:block;width:100%;border:0}
.bar{display:flex;align-items:center;gap:12px;padding:2px 4px 2px 20px;border-bottom:1px solid #8886}
.bar b{flex:1;font-size:.95em;font-weight:400;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
dialog{width:min(760px,100vw - 32px);height:min(960px,100vh - 32px);max-width:none;max-height:none;padding:0;
overflow:hidden;border:0;border-radius:calc(var(--corner) + 4px);color-scheme:light dark;background:Canvas;color:CanvasText;
outline:1px solid #8886;box-shadow:0 16px 56px #0006}
:host([scheme=light]) dialog{color-scheme:light}
:host([scheme=dark]) dialog{color-scheme:dark}
dialog.failed{height:fit-content;padding-bottom:20px}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:#0d1824a8}
dialog iframe{flex:1}
dialog p,dialog a{align-self:flex-start;margin:20px 20px 0}
button{width:44px;height:44px;border:0;background:none;color:inherit;font:28px/1 system-ui,sans-serif;cursor:pointer}
button:hover{background:#8883}
button:focus-visible{outline:3px solid;outline-offset:-4px;box-shadow:none}
@media(prefers-reduced-motion:no-preference){
dialog[open]{animation:come .15s ease-out}
@keyframes come{from{transform:translateY(12px)}}}
`,y;function X({box:t,link:n,isInline:i,words:c},o){T(t.getRootNode());let s=n.textContent||c.link,e=i?null:S(t,s,c.close,O),d=l(e||t,"p",{role:"status"},e?c.loading:""),u=i?"inline":"dialog",p=N(e||t,`${n.href}&frame=${u}`,s,u,k),x=()=>{};function k(r){r.type==="height"?h(r.height):r.type==="close"?a():o(r.type),r.type==="ready"&&f()}function f(){d.remove(),p.iframe.hidden=!1,i?o("open"):p.iframe.focus()}function h(r){i&&(p.iframe.style.height=`${r}px`,t.style.minHeight="")}function m(){!e||e.open||(e.showModal(),x=w(),p.iframe.focus(),o("open"))}function a(){e&&e.close()}function O(){x(),n.focus(),o("close")}function L(r){p.stop(),r&&e&&e.open?W(e):M()}function W(r){r.className="failed",d.textContent=c.failed;let v=n.cloneNode(!0);r.append(v),v.focus()}function M(){x(),d.remove(),e&&e.remove()}return{open:m,close:a,stop:L}}function T(t){y=y||b($),t.adoptedStyleSheets.includes(y)||(t.adoptedStyleSheets=[...t.adoptedStyleSheets,y])}export{X as makeForm};
