using System.Diagnostics;
using System.Text;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Tests.Wire;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Telemetry;

public sealed class SpansTests
{
    const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void A_traceparent_is_read_as_of_another_process_and_anything_else_is_none()
    {
        var read = Spans.Read(Trace)!.Value;

        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", ActivityTraceFlags.Recorded, true),
            (read.TraceId.ToHexString(), read.SpanId.ToHexString(), read.TraceFlags, read.IsRemote));
        Assert.All(new[] { null, "", "x", Trace[..^1], Trace.ToUpperInvariant(), Trace.Replace("b7ad6b7169203331", new string('0', 16), StringComparison.Ordinal) },
            text => Assert.Null(Spans.Read(text)));
    }

    [Fact]
    public void Where_nobody_listens_there_are_no_spans_and_without_a_parent_there_are_none_below()
    {
        using var source = new ActivitySource("StyleFarm.Messages.Tests.Silent");
        using var heard = new ActivitySource("StyleFarm.Messages.Tests.Heard");
        using var listener = new ActivityListener
        {
            ShouldListenTo = other => other == heard,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);

        Assert.Null(Spans.BeginRoot(source, "a", ActivityKind.Internal, Trace));
        Assert.Null(Spans.Begin(heard, "a", ActivityKind.Internal, null));
        var span = Spans.BeginRoot(heard, "a", ActivityKind.Internal, Trace)!;
        Assert.Null(Activity.Current);
        Assert.Equal(Trace[36..52], span.ParentSpanId.ToHexString());
        using (var current = heard.StartActivity("current"))
        {
            span.End();
            Assert.Same(current, Activity.Current);
            Assert.Equal(default, Spans.BeginRoot(heard, "b", ActivityKind.Internal, null)!.ParentSpanId);
        }
    }

    [Fact]
    public void An_assignment_carries_its_trace_and_one_without_is_written_as_ever()
    {
        var plain = SampleMessages.ByKind["assign-shard"];
        var traced = plain with { Message = (AssignShard)plain.Message with { Trace = Trace } };

        var text = Encoding.UTF8.GetString(WireCodec.Encode(traced));

        Assert.Contains($"\"trace\":\"{Trace}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"trace\"", Encoding.UTF8.GetString(WireCodec.Encode(plain)), StringComparison.Ordinal);
        Assert.Equal(Trace, ((AssignShard)WireCodec.Decode(Encoding.UTF8.GetBytes(text)).Message).Trace);
    }
}
