// What a framework does: it makes, changes, moves and removes elements, and calls before the script is there.
window.otklik = window.otklik || [];
document.getElementById("ask").addEventListener("click", () => otklik.push(["open", { agency: "KEY", address: "у входа" }]));

const app = document.getElementById("app");
const title = document.createElement("h1");
title.textContent = "Обратная связь";
const widget = document.createElement("otklik-widget");
widget.setAttribute("agency", "KEY");
app.append(title, widget);
