// Elements, controls and the tip that follows the pointer. Text always goes in as text, never as markup.

const svgNames = new Set(['svg', 'g', 'path', 'line', 'circle', 'rect', 'text', 'title', 'clipPath', 'defs']);

/** Makes an element: attributes by name, `on…` as listeners, `style` as an object of properties; children are nodes or text. */
function make(name, attributes = {}, ...children) {
    const element = svgNames.has(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else if (key === 'style') for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
        else element.setAttribute(key, value === true ? '' : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
}

let fields = 0;
/** A labelled select; options are [value, text] or {group, options}. */
function select(label, options, value, onPick, attributes = {}) {
    const option = ([key, text]) => make('option', { value: key, selected: String(key) === String(value) }, text);
    const id = `field-${++fields}`;
    const list = make(
        'select',
        { id, ...attributes, onchange: () => onPick(list.value) },
        options.map((entry) =>
            Array.isArray(entry) ? option(entry) : make('optgroup', { label: entry.group }, entry.options.map(option)),
        ),
    );
    return make('div', { class: 'field' }, make('label', { for: id }, label), list);
}

const button = (text, onPress, attributes = {}) =>
    make('button', { type: 'button', class: 'button', ...attributes, onclick: onPress }, text);

const tip = byId('tip');

/** Shows the tip beside a point of the window, on the side that has room. */
function showTip(x, y, ...content) {
    tip.replaceChildren(...content);
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const left = x + 16 + width > innerWidth ? x - 16 - width : x + 16;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    tip.style.top = `${Math.max(8, Math.min(y - height / 2, innerHeight - height - 8))}px`;
}

const hideTip = () => {
    tip.hidden = true;
};

/** The tip of a cell: its picture, its label, its terms. */
function cellTip(x, y, cell) {
    const shot = shotAt(cell, currentStep());
    showTip(
        x,
        y,
        shot < 0 ? '' : make('img', { src: shotUri(cell, shot), alt: '' }),
        make('strong', {}, cell.label),
        make('span', {}, cell.rank > 0 ? `score ${formatTerm(cell.score)} · rank ${cell.rank}` : stateText(cell)),
        make('span', {}, isKnown(cell.contentTerm) ? `content ${formatTerm(cell.contentTerm)} · style ${formatTerm(cell.styleTerm)}` : ''),
    );
}

/** Calls back with the width of an element now and whenever it changes. */
function onWidth(element, draw) {
    let last = -1;
    new ResizeObserver(() => {
        const width = Math.floor(element.clientWidth);
        if (width > 0 && width !== last) draw((last = width));
    }).observe(element);
}

/** Runs at most once a frame, however often it is asked to. */
function onceAFrame(work) {
    let asked = false;
    return () => {
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => {
            asked = false;
            work();
        });
    };
}

/** A cell's picture of fixed room that is filled when it comes into view and follows the step of the timeline. */
function thumbnail(cell) {
    const frame = make('span', { class: 'frame', 'data-picture': cell.index });
    if (cell.shots.length === 0) frame.append(noPicture(cell.state === 'finished' ? 'no picture' : cell.state));
    else lazily.observe(frame);
    return frame;
}

const noPicture = (text) => make('span', { class: 'no-picture' }, text);
const inView = new Set();
const lazily = new IntersectionObserver(
    (entries) => {
        for (const { target, isIntersecting } of entries) {
            if (!isIntersecting) inView.delete(target);
            else {
                inView.add(target);
                paint(target);
            }
        }
    },
    { rootMargin: '400px' },
);

/** Puts the picture of the current step into a frame, unless it is there already. */
function paint(frame) {
    const cell = cells[Number(frame.dataset.picture)];
    const shot = shotAt(cell, currentStep());
    if (frame.dataset.shot === String(shot)) return;
    frame.dataset.shot = shot;
    if (shot < 0) return frame.replaceChildren(noPicture('not yet'));
    let image = frame.querySelector('img');
    if (!image) frame.replaceChildren((image = make('img', { decoding: 'async', draggable: 'false' })));
    image.src = shotUri(cell, shot);
    image.alt = `${cell.label}, step ${cell.shots[shot]}`;
}

/** Fills what has not come into view yet: for paper, and for a page small enough to hold it all. */
function paintRest() {
    for (const frame of document.querySelectorAll('.frame[data-picture]:not([data-shot])'))
        if (cells[Number(frame.dataset.picture)].shots.length > 0) paint(frame);
}

function paintVisible() {
    for (const frame of inView) frame.isConnected ? paint(frame) : inView.delete(frame);
}
