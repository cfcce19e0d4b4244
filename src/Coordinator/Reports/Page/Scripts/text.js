// Numbers and names in words. Unknown is null.

const isKnown = (value) => value !== null && Number.isFinite(value);

function format(value) {
    if (value === null || value === undefined) return '–';
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2).replace(/\.?0*e\+?/, 'e');
    return String(Number(value.toPrecision(4)));
}

const formatTerm = (value) => (isKnown(value) ? value.toFixed(3) : format(value));

function formatDuration(seconds) {
    if (!isKnown(seconds)) return '–';
    if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    return minutes < 2880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.round(minutes / 1440)} days`;
}

const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const pictureSuffix = /\.(jpe?g|png|webp|tiff?|gif|heic)(?=$|[\s+,;:])/gi;

function isPath(values) {
    return values.length > 0 && values.every((value) => /[/\\]/.test(value) || value.search(pictureSuffix) >= 0);
}

/** Long numbers in powers of ten; file names without the folders and the extension, as long as they still differ. */
function shortLabels(values, numbers) {
    const ifDistinct = (names) => (new Set(names).size === values.length && names.every(Boolean) ? names : values);
    if (numbers) return values.some((value) => value.length > 6) ? ifDistinct(numbers.map(format)) : values;
    if (!isPath(values)) return values;
    const folders = (value) => (/[+,;]/.test(value) ? /[^\s+,;]*[/\\](?=[^/\\])/g : /^.*[/\\](?=.)/);
    return ifDistinct(values.map((value) => value.replace(folders(value), '').replace(pictureSuffix, '')));
}
