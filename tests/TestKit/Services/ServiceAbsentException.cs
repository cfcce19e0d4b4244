namespace StyleFarm.TestKit.Services;

/// <summary>A server cannot be had here. A test that meets it is skipped with the reason, or fails where servers are required.</summary>
/// <param name="reason">What is missing, and how to get it.</param>
/// <param name="isRequired">Whether its absence is a failure.</param>
public sealed class ServiceAbsentException(string reason, bool isRequired)
    // By these words xunit tells a skipped test from a failed one.
    : Exception((isRequired ? "" : "$XunitDynamicSkip$") + reason);
