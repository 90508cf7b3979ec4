// What draws charts: Vega-Lite's compiler and Vega's runtime, with expressions interpreted instead of compiled to functions, so
// that a policy without 'unsafe-eval' lets them be. static/kesher/charts.js uses it. Nothing here fetches anything: data comes
// in the page.
export { compile } from "vega-lite";
export { parse, View } from "vega";
// by its file: what 2.3.0 names as its entry is no module, though its package says so
export { expressionInterpreter } from "../node_modules/vega-interpreter/build/vega-interpreter.module.js";
