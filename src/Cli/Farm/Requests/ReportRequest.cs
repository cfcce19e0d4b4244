namespace StyleFarm.Cli.Farm.Requests;

/// <summary>What `report` was asked for.</summary>
/// <param name="Job">The job's id, its name, or the beginning of one of them.</param>
/// <param name="Out">Absolute: the folder for <c>index.html</c> and <c>cells.csv</c>.</param>
/// <param name="State">The folder that keeps journal and results.</param>
/// <param name="Json">Whether to print one JSON object a line.</param>
sealed record ReportRequest(string Job, string Out, string State, bool Json);
