// The head and foot of the page, and the start of its parts.

const states = ['finished', 'stopped', 'failed', 'waiting'];
const countOf = (state) => cells.filter((cell) => cell.state === state).length;

function drawHead() {
    byId('kind').textContent = job.kind;
    byId('subtitle').textContent = [
        `Recipe ${job.recipe}`,
        plural(cells.length, job.kind === 'batch' ? 'picture' : 'cell'),
        freeAxes.length > 0 ? freeAxes.map((axis) => `${axis.name} × ${axis.values.length}`).join(', ') : null,
    ]
        .filter(Boolean)
        .join(' · ');
    const counts = states.map((state) => [state, countOf(state)]);
    const progress = byId('progress');
    progress.setAttribute(
        'aria-label',
        counts
            .filter(([, count]) => count > 0)
            .map(([state, count]) => `${count} ${state}`)
            .join(', ') || 'no cells',
    );
    progress.append(
        ...counts.filter(([, count]) => count > 0).map(([state, count]) => make('i', { class: state, style: { 'flex-grow': count } })),
    );
    const seconds = cells.reduce((sum, cell) => sum + (isKnown(cell.seconds) ? cell.seconds : 0), 0);
    const stats = [
        ...counts
            .filter(([state, count]) => count > 0 || state === 'finished')
            .map(([state, count]) => [[make('i', { class: `dot ${state}` }), state], count.toLocaleString('en')]),
        ...(ranked.length > 0 ? [['best score', formatTerm(ranked[0].score)]] : []),
        ...(cells.some((cell) => cell.front) ? [['on the Pareto front', cells.filter((cell) => cell.front).length]] : []),
        ...(seconds > 0 ? [['time rendering', formatDuration(seconds)]] : []),
    ];
    byId('stats').append(...stats.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}

function drawFoot() {
    if (ranked.length === 0) for (const element of document.querySelectorAll('[data-needs=scores]')) element.hidden = true;
    const entries = [
        ['Job', job.id],
        ['Created', `${job.created.slice(0, 10)} ${job.created.slice(11, 19)} UTC`],
        ['Recipe', job.recipe],
        ['Made by', `StyleFarm ${job.version}`],
    ];
    byId('provenance').append(
        make(
            'dl',
            {},
            entries.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
        ),
        make(
            'p',
            {},
            'This page is one file and loads nothing else. ',
            job.csv ? make('a', { href: pathLink(job.csv) }, 'All cells as CSV') : null,
        ),
    );
}

function drawSections() {
    const titles = {
        pictures: 'Pictures',
        best: 'Best',
        parameters: 'Parameters',
        losses: 'Losses',
        problems: 'Stopped and failed',
        reading: 'How to read',
    };
    const links = new Map(
        Object.entries(titles)
            .filter(([id]) => !byId(id).hidden)
            .map(([id, title]) => [id, make('a', { href: `#${id}` }, title)]),
    );
    byId('sections').append(...[...links.values()].map((link) => make('li', {}, link)));
    const here = new IntersectionObserver(
        (entries) => {
            for (const { target, isIntersecting } of entries) links.get(target.id).setAttribute('aria-current', isIntersecting);
        },
        { rootMargin: '-25% 0px -74% 0px' },
    );
    for (const id of links.keys()) here.observe(byId(id));
}

function showSelection() {
    byId('selection').replaceChildren(
        ...(chosen.brushes.size === 0
            ? []
            : [
                  `${pickedCount.toLocaleString('en')} of ${cells.length.toLocaleString('en')} kept`,
                  button('Clear', clearBrushes, { class: 'button quiet' }),
              ]),
    );
}

document.documentElement.style.setProperty('--aspect', data.aspect);
document.documentElement.classList.toggle('large', cells.length > 200);
drawHead();
chooseLayout();
drawSheet();
drawTimeline();
startBest();
startScatter();
startParallel();
startCurves();
startProblems();
drawSections();
drawFoot();
on('selection', showSelection);
document.documentElement.classList.add('ready');
addEventListener('beforeprint', paintRest);
if (cells.length <= 100) (window.requestIdleCallback ?? setTimeout)(paintRest);
