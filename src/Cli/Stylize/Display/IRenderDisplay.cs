using System.Text.Json.Nodes;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize.Display;

/// <summary>What a user sees while a picture is rendered.</summary>
interface IRenderDisplay
{
    /// <summary>A plain remark, such as which weights are used.</summary>
    void Notice(string text);

    /// <summary>Something went wrong, and the rendering goes on.</summary>
    void Warn(string text);

    /// <summary>Runs the rendering with progress shown.</summary>
    /// <param name="steps">Steps in all.</param>
    /// <param name="done">Steps done before.</param>
    /// <param name="render">The rendering; calls <see cref="Progress"/>.</param>
    void Run(int steps, int done, Action render);

    /// <summary>The losses of a step.</summary>
    void Progress(LossReport report);

    /// <summary>The end: the picture's path and its provenance.</summary>
    void Finished(string picture, JsonObject provenance);
}
