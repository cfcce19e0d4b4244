namespace StyleFarm.Backends.Cluster;

/// <summary>The settings after the question mark of an address.</summary>
static class UrlQuery
{
    /// <summary>Names and values, with <c>%XX</c> made plain.</summary>
    /// <param name="query">With or without the question mark; may be empty.</param>
    public static IEnumerable<(string Name, string Value)> Of(string query) =>
        from setting in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = setting.Split('=', 2)
        select (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
}
