/** The front end of `plane()`: a JavaScript module for anywidget, which draws on a canvas and moves the point. */
export const planeFrontEnd = `
const size = 340, edge = 36, inner = size - 2 * edge;

function render({ model, el }) {
  const [low, high] = [model.get("low"), model.get("high")];
  const style = model.get("look");
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  Object.assign(canvas.style, { width: size + "px", height: size + "px", touchAction: "none", cursor: "crosshair" });
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  el.append(canvas);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);

  const toPage = ([x, y]) => [
    edge + (inner * (x - low[0])) / (high[0] - low[0]),
    edge + (inner * (high[1] - y)) / (high[1] - low[1]),
  ];
  const clamp = (value, axis) => Number(Math.min(high[axis], Math.max(low[axis], value)).toPrecision(4));

  const bytes = model.get("dots");
  const dots = Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getFloat32(4 * i, true));
  const classes = model.get("classes"), names = model.get("names");

  function text(string, x, y, align, weight) {
    pen.font = (weight || "normal") + " 12px " + style.font;
    pen.textAlign = align;
    pen.textBaseline = "middle";
    if (weight) {
      pen.lineWidth = 4;
      pen.strokeStyle = style.background;
      pen.strokeText(string, x, y);
    }
    pen.fillText(string, x, y);
  }

  function drawDots() {
    const places = names.map(() => [[], []]);
    for (let i = 0; 2 * i < dots.length; i++) {
      const [x, y] = toPage([dots[2 * i], dots[2 * i + 1]]);
      if (x < edge || x > size - edge || y < edge || y > size - edge) continue;
      const at = classes[i] || 0;
      pen.fillStyle = style.colors[at % style.colors.length];
      pen.globalAlpha = 0.55;
      pen.beginPath();
      pen.arc(x, y, 1.8, 0, 7);
      pen.fill();
      if (places[at]) { places[at][0].push(x); places[at][1].push(y); }
    }
    pen.globalAlpha = 1;
    pen.fillStyle = style.text;
    const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    places.forEach(([xs, ys], i) => xs.length && text(names[i], middle(xs), middle(ys), "center", "bold"));
  }

  function draw() {
    const [x, y] = model.get("value");
    pen.fillStyle = style.background;
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = style.line;
    pen.lineWidth = 1;
    pen.strokeRect(edge, edge, inner, inner);
    drawDots();
    pen.fillStyle = style.text;
    text(String(low[0]), edge, size - edge + 12, "center");
    text(String(high[0]), size - edge, size - edge + 12, "center");
    text(model.get("xTitle") + " = " + x.toFixed(2), size / 2, size - edge + 14, "center");
    text(String(low[1]), edge - 6, size - edge, "right");
    text(String(high[1]), edge - 6, edge, "right");
    text(model.get("yTitle") + " = " + y.toFixed(2), edge, edge - 14, "left");
    const [px, py] = toPage([x, y]);
    pen.beginPath();
    pen.arc(px, py, 8, 0, 7);
    pen.fillStyle = style.background;
    pen.fill();
    pen.lineWidth = 4;
    pen.strokeStyle = style.text;
    pen.stroke();
    const say = (title, value) => title + " = " + value.toFixed(2);
    canvas.setAttribute("aria-label", "a point at " + say(model.get("xTitle"), x) + ", " + say(model.get("yTitle"), y) +
      "; drag it, or move it with the arrow keys");
  }

  function move(x, y) {
    model.set("value", [clamp(x, 0), clamp(y, 1)]);
    model.save_changes();
  }
  function toPointer(event) {
    const box = canvas.getBoundingClientRect();
    const across = ((event.clientX - box.left) * size / box.width - edge) / inner;
    const down = ((event.clientY - box.top) * size / box.height - edge) / inner;
    move(low[0] + across * (high[0] - low[0]), high[1] - down * (high[1] - low[1]));
  }
  canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); toPointer(event); };
  canvas.onpointermove = (event) => { if (canvas.hasPointerCapture(event.pointerId)) toPointer(event); };
  canvas.onkeydown = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = model.get("value");
    move(x + (step[0] * (high[0] - low[0])) / 50, y + (step[1] * (high[1] - low[1])) / 50);
  };
  model.on("change:value", draw);
  draw();
  return () => model.off("change:value", draw);
}

export default { render };
`;
