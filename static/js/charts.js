/* Draws the table inside each [data-chart] as a chart: the same figures, so the two never differ.
   Without scripts the table alone is there. Nothing is told by pointing at it. */
"use strict";

(() => {
  const Chart = window.Chart;
  const figures = [...document.querySelectorAll("[data-chart]:not([data-empty])")];
  if (!Chart || !figures.length) return;

  const COLOURS = ["--accent", "--warn", "--info", "--bad", "--quiet"];
  const MARKS = ["circle", "triangle", "rect", "rectRot", "star"];
  const DASHES = [[], [6, 4], [2, 3], [9, 3, 2, 3], [1, 4]];
  const isPrinting = window.matchMedia("print");

  /* A token is a pair for light and dark: what it means here is known to the browser alone. */
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = (token) => {
    probe.style.setProperty("color", `var(${token})`);
    return getComputedStyle(probe).color;
  };

  const seriesOf = (table) =>
    [...table.querySelectorAll("thead th")]
      .map((head, column) => ({ head, column }))
      .filter(({ head }) => "series" in head.dataset)
      .map(({ head, column }) => ({
        label: head.textContent.trim(),
        cells: [...table.querySelectorAll("tbody tr")].map((row) => row.children[column]),
      }));

  /* Each series says its newest figure beside its mark; so does a bar its own. */
  const labels = {
    id: "labels",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `600 12px ${Chart.defaults.font.family}`;
      ctx.fillStyle = colour("--text");
      ctx.strokeStyle = colour("--surface");
      ctx.lineWidth = 4;
      ctx.lineJoin = "round";
      ctx.textAlign = "center";
      const taken = [];
      for (const [index, set] of chart.data.datasets.entries()) {
        const known = set.data.map((value, place) => (value === null ? -1 : place)).filter((place) => place >= 0);
        const places = chart.config.type === "bar" && set.data.length === 1 ? known : known.slice(-1);
        for (const place of places) {
          const { x, y } = chart.getDatasetMeta(index).data[place];
          const text = set.said[place];
          const near = (other, reach) => Math.abs(other.x - x) < 60 && Math.abs(other.at - (y - 9)) < reach;
          if (taken.some((other) => other.text === text && near(other, 30))) continue;
          let at = y - 9;
          while (taken.some((other) => Math.abs(other.x - x) < 60 && Math.abs(other.at - at) < 14)) at -= 14;
          taken.push({ x, at, text });
          const half = ctx.measureText(text).width / 2;
          const { left, right } = chart.chartArea;
          const middle = Math.min(Math.max(x, left + half), right - half + 12);
          // Marks and bars behind a figure end before it.
          ctx.strokeText(text, middle, Math.max(at, 12));
          ctx.fillText(text, middle, Math.max(at, 12));
        }
      }
      ctx.restore();
    },
  };

  const datasetOf = (type) => ({ label, cells }, index) => {
    const ink = colour(COLOURS[index % COLOURS.length]);
    return {
      label,
      said: cells.map((cell) => cell.textContent.trim()),
      data: cells.map((cell) => ("value" in cell.dataset ? Number(cell.dataset.value) : null)),
      borderColor: ink,
      borderDash: type === "line" ? DASHES[index % DASHES.length] : [],
      borderWidth: 2,
      backgroundColor: type === "bar" && index % 2 === 0 ? ink : colour("--surface"),
      pointStyle: MARKS[index % MARKS.length],
      pointRadius: 5,
      pointBackgroundColor: cells.map((cell) => ("beyond" in cell.dataset ? colour("--surface") : ink)),
      clip: false,
      maxBarThickness: 36,
      spanGaps: false,
    };
  };

  const draw = (figure) => {
    const table = figure.querySelector("table");
    const { chart: type, unit, horizon } = figure.dataset;
    const series = seriesOf(table);
    const quarters = [...table.querySelectorAll("tbody th")].map((cell) => cell.dataset.short);
    const frame = document.createElement("div");
    frame.className = "drawn-frame";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-labelledby", figure.dataset.title);
    canvas.setAttribute("aria-describedby", figure.dataset.summary);
    frame.append(canvas);
    figure.prepend(frame);
    const lines = colour("--line");
    const ink = colour("--text-2");
    return new Chart(canvas, {
      type,
      data: { labels: quarters, datasets: series.map(datasetOf(type)) },
      plugins: [labels],
      options: {
        animation: false,
        events: [],
        maintainAspectRatio: false,
        layout: { padding: { top: 22, right: 14 } },
        plugins: {
          tooltip: { enabled: false },
          legend: {
            align: "start",
            position: "bottom",
            labels: { color: ink, usePointStyle: type === "line", boxWidth: 12, boxHeight: 8, padding: 14 },
          },
        },
        scales: {
          x: { grid: { display: false }, border: { color: lines }, ticks: { color: ink } },
          y: {
            beginAtZero: true,
            suggestedMax: unit === "%" ? undefined : 3,
            border: { display: false },
            grid: { color: lines },
            ticks: {
              color: ink,
              maxTicksLimit: 5,
              callback: (value) => (horizon && value >= Number(horizon) ? `> ${horizon}` : value),
            },
            max: horizon && series.some(({ cells }) => cells.some((cell) => "beyond" in cell.dataset))
              ? Number(horizon)
              : undefined,
            title: { display: true, text: unit, color: ink },
          },
        },
      },
    });
  };

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  let drawn = figures.map(draw);
  for (const figure of figures) figure.querySelector("details").open = false;

  const again = () => {
    for (const chart of drawn) {
      const frame = chart.canvas.parentElement;
      chart.destroy();
      frame.remove();
    }
    drawn = figures.map(draw);
  };
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  /* On paper: dark ink on white, and each table open, for nothing can be opened there. */
  const onPaper = () => {
    for (const figure of figures) figure.querySelector("details").open = isPrinting.matches;
    again();
  };
  isPrinting.addEventListener("change", onPaper);
})();
