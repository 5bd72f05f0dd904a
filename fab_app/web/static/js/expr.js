/* Expressions in the browser: the tree of fab_app/expr/browser.py, with the answers of the server.
 *
 *   fabExpr.evaluate(tree, env)   -> null (unknown), boolean, number, string
 *   fabExpr.env({record, user, roots, today, now, offset, below, lineage, cover}) -> an env over plain data
 *
 * An env has value(path), user(path), children(name) -> envs, root(name, path), today(), now(), below(node,
 * ancestor), steps(root, path, members, node) and offset (minutes east of UTC); a path is a list of names.
 * lineage(root, path, node) of the tree in which a path is ticked is the node and all above it, nearest first, or
 * null where that is not known here; cover(root, path) what its ticks stand for: "below" or "children". Numbers are numbers, rounded to nine
 * digits after the point; dates are "2024-12-31", datetimes "2024-12-31T08:00:00" in UTC.
 */
(function () {
  "use strict";

  var DAY = 86400000;
  var DATETIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

  function known(value) {
    return value === undefined ? null : value;
  }

  function halfUp(number, digits) {
    var power = Math.pow(10, digits);
    return (Math.sign(number) * Math.floor(Math.abs(number) * power + 0.5 + 1e-7)) / power;
  }

  // Dates

  function millis(text) {
    var full = DATETIME.test(text) ? text.replace(" ", "T").slice(0, 19) : text + "T00:00:00";
    return Date.parse(full + (full.length === 16 ? ":00Z" : "Z"));
  }

  function iso(moment, like) {
    if (isNaN(moment)) return null;
    var text = new Date(moment).toISOString().slice(0, 19);
    return DATETIME.test(like) ? text + (like.length > 19 ? like.slice(19) : "") : text.slice(0, 10);
  }

  function shifted(value, unit, count) {
    if (unit !== "months") return iso(millis(value) + count * (unit === "days" ? DAY : DAY / 24), value);
    var day = Number(value.slice(8, 10));
    var month = new Date(millis(value));
    month.setUTCDate(1);
    month.setUTCMonth(month.getUTCMonth() + count);
    var last = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
    month.setUTCDate(Math.min(day, last));
    return iso(month.getTime(), value);
  }

  function localDay(value, env) {
    return DATETIME.test(value) ? iso(millis(value) + (env.offset || 0) * 60000, "") : value;
  }

  function daysApart(left, right) {
    return Math.round((millis(left) - millis(right)) / DAY);
  }

  // Comparison

  function moment(text) {
    var full = text.replace(" ", "T");
    full = full.length === 16 ? full + ":00" : full;
    return (full.length === 19 ? full + "." : full).slice(0, 26).padEnd(26, "0");
  }

  /* By code point, as the databases do; JavaScript's own < goes by UTF-16 units. */
  function textOrder(left, right) {
    var a = Array.from(left);
    var b = Array.from(right);
    for (var i = 0; i < a.length && i < b.length; i++) {
      if (a[i] !== b[i]) return a[i].codePointAt(0) - b[i].codePointAt(0);
    }
    return a.length - b.length;
  }

  function order(left, right) {
    if (typeof left === "string" && typeof right === "string") {
      if (left === right) return 0;
      return DATETIME.test(left) && DATETIME.test(right)
        ? textOrder(moment(left), moment(right))
        : textOrder(left, right);
    }
    if (typeof left === "number" && typeof right === "number") return halfUp(left - right, 9);
    return left === right ? 0 : NaN;
  }

  var SIGNS = {
    "==": function (a, b) { return order(a, b) === 0; },
    "!=": function (a, b) { return order(a, b) !== 0; },
    "<": function (a, b) { return order(a, b) < 0; },
    "<=": function (a, b) { return order(a, b) <= 0; },
    ">": function (a, b) { return order(a, b) > 0; },
    ">=": function (a, b) { return order(a, b) >= 0; },
    "+": function (a, b) { return typeof a === "string" ? a + b : halfUp(a + b, 9); },
    "-": function (a, b) { return typeof a === "string" ? daysApart(a, b) : halfUp(a - b, 9); },
    "*": function (a, b) { return halfUp(a * b, 9); },
    "/": function (a, b) { return b === 0 ? null : halfUp(a / b, 6); },
  };

  /* The day in the number of an identity card; 31 February is 3 March, as the databases count. */
  function birthDate(number) {
    var found = /^[^]{6}((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])/.exec(number);
    if (!found) return null;
    var day = new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])));
    return day.toISOString().slice(0, 10);
  }

  // Functions of known values; env comes last

  function extreme(sign) {
    return function () {
      var values = Array.prototype.slice.call(arguments, 0, -1);
      return values.reduce(function (a, b) { return order(b, a) * sign > 0 ? b : a; });
    };
  }

  var FUNCTIONS = {
    date: localDay,
    year: function (value, env) { return Number(localDay(value, env).slice(0, 4)); },
    month: function (value, env) { return Number(localDay(value, env).slice(5, 7)); },
    length: function (text) { return Array.from(text).length; },
    lower: function (text) {
      return text.replace(/[A-Z]/g, function (letter) { return letter.toLowerCase(); });
    },
    text: function (number) { return String(number); },
    digits: function (text) { return /^[0-9]+$/.test(text); },
    contains: function (text, part) { return text.indexOf(part) >= 0; },
    startswith: function (text, part) { return text.indexOf(part) === 0; },
    min: extreme(-1),
    max: extreme(1),
    abs: function (number) { return Math.abs(number); },
    round: function (number, digits) { return halfUp(number, typeof digits === "number" ? digits : 0); },
    hours_between: function (begin, end) { return halfUp((millis(end) - millis(begin)) / 3600000, 2); },
    days_between: function (begin, end, env) {
      return daysApart(localDay(end, env), localDay(begin, env));
    },
    birth_date: birthDate,
    gender: function (number) {
      var digit = number.charAt(16);
      return /[0-9]/.test(digit) ? (Number(digit) % 2 ? "male" : "female") : null;
    },
    below: function (node, ancestor, env) { return known(env.below(node, ancestor)); },
    today: function (env) { return env.today(); },
    now: function (env) { return env.now(); },
  };

  /* Steps up to the nearest tick that covers the node; null where none does, undefined where that is not known. */
  function steps(args, env) {
    var node = evaluate(args[1], env);
    if (node === null) return undefined;
    var root = args[0][1], outwards = root === "outer" && env.outer, members = evaluate(args[0], env) || [];
    return (outwards ? env.outer : env).steps(outwards ? "this" : root, args[0][2], members, node);
  }

  function stepsOver(data, root, path, members, node) {
    var up = function (one) { return data.lineage ? data.lineage(root, path, one) : null; };
    var way = data.cover && data.cover(root, path), above = up(node), lines = members.map(up);
    if (!way || !above || lines.indexOf(null) >= 0) return undefined;
    var ticked = members.map(String);
    if (way === "children") {
      var narrowed = lines.reduce(function (all, line) { return all.concat(line.slice(1).map(String)); }, []);
      ticked = ticked.filter(function (one) { return narrowed.indexOf(one) < 0; });
    }
    var at = above.findIndex(function (one) { return ticked.indexOf(String(one)) >= 0; });
    return at < 0 ? null : at;
  }

  /* Functions that see unknown values. */
  var LAZY = {
    coalesce: function (args, env) {
      for (var i = 0; i < args.length; i++) {
        var value = evaluate(args[i], env);
        if (value !== null) return value;
      }
      return null;
    },
    iif: function (args, env) {
      return evaluate(evaluate(args[0], env) === true ? args[1] : args[2], env);
    },
    covers: function (args, env) {
      var found = steps(args, env);
      return found === undefined ? null : found !== null;
    },
    depth_of: function (args, env) { return known(steps(args, env)); },
    empty: function (args, env) {
      var value = evaluate(args[0], env);
      return value === null || value === "" || (Array.isArray(value) && !value.length);
    },
  };

  // Children

  function present(values) {
    return values.filter(function (value) { return value !== null; });
  }

  var FOLDS = {
    count: function (values) { return values.length; },
    exists: function (values) { return values.length > 0; },
    sum: function (values) { return present(values).reduce(SIGNS["+"], 0); },
    min: function (values) {
      return present(values).reduce(function (a, b) { return a === null || order(b, a) < 0 ? b : a; }, null);
    },
    max: function (values) {
      return present(values).reduce(function (a, b) { return a === null || order(b, a) > 0 ? b : a; }, null);
    },
  };

  /* Values and children of the row, all else of the record around it. */
  function scope(row, outer) {
    var inner = Object.create(outer);
    inner.value = function (path) { return row.value(path); };
    inner.children = function (name) { return row.children(name); };
    inner.outer = outer;
    return inner;
  }

  // Nodes

  function among(wanted, values) {
    var unknown = false;
    for (var i = 0; i < values.length; i++) {
      if (values[i] === null) unknown = true;
      else if (order(wanted, values[i]) === 0) return true;
    }
    return unknown ? null : false;
  }

  function logic(deciding) {
    return function (tree, env) {
      var unknown = false;
      for (var i = 1; i < tree.length; i++) {
        var answer = evaluate(tree[i], env);
        if (answer === null) unknown = true;
        else if (answer === deciding) return deciding;
      }
      return unknown ? null : !deciding;
    };
  }

  var NODES = {
    const: function (tree) { return tree[1]; },
    path: function (tree, env) {
      if (tree[1] === "this") return known(env.value(tree[2]));
      if (tree[1] === "user") return known(env.user(tree[2]));
      if (tree[1] === "outer" && env.outer) return known(env.outer.value(tree[2]));
      return known(env.root(tree[1], tree[2]));
    },
    and: logic(false),
    or: logic(true),
    not: function (tree, env) {
      var answer = evaluate(tree[1], env);
      return answer === null ? null : !answer;
    },
    negative: function (tree, env) {
      var value = evaluate(tree[1], env);
      return value === null ? null : -value;
    },
    null: function (tree, env) { return evaluate(tree[1], env) === null; },
    list: function (tree, env) {
      return tree.slice(1).map(function (item) { return evaluate(item, env); });
    },
    in: function (tree, env) {
      var wanted = evaluate(tree[1], env);
      if (wanted === null) return null;
      var values = evaluate(tree[2], env);
      values = Array.isArray(values) ? values : values === null ? [] : [values];
      if (!Array.isArray(wanted)) return among(wanted, values);
      return wanted.some(function (one) { return among(one, values) === true; });
    },
    sign: function (tree, env) {
      var left = evaluate(tree[2], env);
      var right = evaluate(tree[3], env);
      return left === null || right === null ? null : SIGNS[tree[1]](left, right);
    },
    shift: function (tree, env) {
      var value = evaluate(tree[3], env);
      var count = evaluate(tree[4], env);
      return value === null || count === null ? null : shifted(value, tree[1], tree[2] * count);
    },
    call: function (tree, env) {
      if (LAZY.hasOwnProperty(tree[1])) return LAZY[tree[1]](tree.slice(2), env);
      var args = tree.slice(2).map(function (arg) { return evaluate(arg, env); });
      return args.indexOf(null) >= 0 ? null : FUNCTIONS[tree[1]].apply(null, args.concat([env]));
    },
    children: function (tree, env) {
      var rows = env.children(tree[2]).map(function (row) { return scope(row, env); });
      if (tree[4]) rows = rows.filter(function (row) { return evaluate(tree[4], row) === true; });
      return FOLDS[tree[1]](rows.map(function (row) { return tree[3] ? evaluate(tree[3], row) : true; }));
    },
  };

  function evaluate(tree, env) {
    return NODES[tree[0]](tree, env);
  }

  // An env over plain data

  /* A dotted path is a key of its own ("order.state") or a nested object; a bare reference may be {id: …}. */
  function look(data, path) {
    if (data === null || data === undefined) return null;
    if (typeof data !== "object") return path.length ? null : data;
    if (!path.length) return known(data.id);
    var dotted = path.join(".");
    if (Object.prototype.hasOwnProperty.call(data, dotted)) return bare(data[dotted]);
    if (!Object.prototype.hasOwnProperty.call(data, path[0])) return null;
    return path.length === 1 ? bare(data[path[0]]) : look(data[path[0]], path.slice(1));
  }

  function bare(value) {
    var object = value !== null && typeof value === "object" && !Array.isArray(value);
    return object && "id" in value ? value.id : known(value);
  }

  function env(data) {
    function over(record) {
      return {
        value: function (path) { return look(record, path); },
        children: function (name) { return ((record && record[name]) || []).map(over); },
        user: function (path) { return look(data.user, path); },
        root: function (name, path) { return look((data.roots || {})[name], path); },
        today: function () { return data.today || iso(Date.now() + (data.offset || 0) * 60000, ""); },
        now: function () { return data.now || new Date().toISOString().slice(0, 19); },
        below: function (node, ancestor) { return data.below ? data.below(node, ancestor) : null; },
        steps: function (root, path, members, node) { return stepsOver(data, root, path, members, node); },
        offset: data.offset || 0,
      };
    }
    return over(data.record);
  }

  window.fabExpr = { evaluate: evaluate, env: env };
})();
