namespace StyleFarm.Messages.Recipes;

/// <summary>Finds what a mistyped word was probably meant to be.</summary>
public static class NearestMatch
{
    /// <summary>Longer words have no near match: the search takes time in proportion to the length.</summary>
    public const int MaxLength = 200;

    /// <summary>
    /// The candidate at the least Damerau–Levenshtein distance (optimal string alignment, case ignored), or null when none is within
    /// a third of the word's length (at least one edit). Of equally near ones, that with the nearest characters: relu6_1 gives relu5_1.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        if (word.Length > MaxLength)
            return null;
        string? best = null;
        var bestScore = (Distance: Math.Max(1, word.Length / 3) + 1, Gap: 0);
        foreach (var candidate in candidates)
        {
            var score = (Distance(word, candidate), Gap(word, candidate));
            if (score.CompareTo(bestScore) < 0)
                (best, bestScore) = (candidate, score);
        }
        return best;
    }

    /// <summary>
    /// The dotted key whose last part is nearest to the given one's: `lr` and `scales.lrr` give `optimizer.lr`.
    /// </summary>
    public static string? FindKey(string key, IReadOnlyCollection<string> keys)
    {
        var last = Find(LastPart(key), keys.Select(LastPart));
        return last is null ? null : keys.First(k => LastPart(k) == last);
    }

    /// <summary>` (did you mean 'X'?)`, or nothing when there is no near match.</summary>
    public static string Hint(string? match) => match is null ? "" : $" (did you mean '{match}'?)";

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other, case ignored.</summary>
    public static int Distance(string left, string right)
    {
        var (before, previous, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Lower(left[i - 1]) == Lower(right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + cost);
                var swapped = i > 1 && j > 1 && Lower(left[i - 1]) == Lower(right[j - 2]) && Lower(left[i - 2]) == Lower(right[j - 1]);
                if (swapped)
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, previous, current) = (previous, current, before);
        }
        return previous[right.Length];
    }

    static int Gap(string left, string right) =>
        left.Length == right.Length ? left.Zip(right, (a, b) => Math.Abs(Lower(a) - Lower(b))).Sum() : int.MaxValue;

    static string LastPart(string key) => key[(key.LastIndexOf('.') + 1)..];

    static char Lower(char c) => char.ToLowerInvariant(c);
}
