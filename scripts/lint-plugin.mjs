// A rule of our own for oxlint: how long a function is without the functions that it holds. A
// factory that returns five short functions is five short functions, not one long one.
const rule = {
  meta: { schema: [{ type: "object", properties: { max: { type: "integer" } } }] },
  create(context) {
    const max = context.options[0]?.max ?? 50;
    const outer = [];
    const enter = () => outer.push(0);
    const leave = (node) => {
      const inner = outer.pop();
      const lines = node.loc.end.line - node.loc.start.line + 1;
      // The first and the last line of a function are also lines of the one around it.
      if (outer.length > 0) outer[outer.length - 1] += Math.max(0, lines - 2);
      if (lines - inner > max) {
        context.report({
          node,
          message: `This function has ${lines - inner} lines of its own; ${max} are allowed.`,
        });
      }
    };
    return {
      FunctionDeclaration: enter,
      FunctionExpression: enter,
      ArrowFunctionExpression: enter,
      "FunctionDeclaration:exit": leave,
      "FunctionExpression:exit": leave,
      "ArrowFunctionExpression:exit": leave,
    };
  },
};

export default { meta: { name: "prosa" }, rules: { "function-lines": rule } };
