using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Wire;

/// <summary>One message of each kind, with every field that it can have: what stands in the golden files.</summary>
static class SampleMessages
{
    static readonly CellId First = new("00112233445566778899aabbccddeeff");
    static readonly CellId Second = new("ffeeddccbbaa99887766554433221100");
    static readonly Lease Claim = new(new ShardId(12), new NodeId("gpu-1.rack_2"), 3);
    static readonly Losses Some = new(1.5, 20.25, 0, 21.75);

    static readonly CellSpec Cell = new()
    {
        Id = First,
        Index = 7,
        Content = new InputRef(new string('a', 64), "/photos/größe \"1\".jpg", 640, 480),
        Styles = [new StyleInput(new InputRef(new string('b', 64), "inputs/" + new string('b', 64), 300, 200), 0.75), Style('c', 0.25)],
        Initial = new InputRef(new string('d', 64), "/start.png", 640, 480),
        Settings = [new Setting("optimizer.lr", "0.05"), new Setting("tv_weight", "10")],
        Size = "640x480",
        StyleSize = "original",
        Seed = ulong.MaxValue,
        Steps = 500,
        Pixels = 307_200,
        BatchKey = "640x480/adam",
        TargetKey = "bbcc/512",
        MemoryBytes = 3_000_000_000,
        MemoryBytesPerMore = 1_000_000_000,
        Output = "out/größe.png",
    };

    /// <summary>By kind.</summary>
    public static ImmutableSortedDictionary<string, WireEnvelope> ByKind { get; } = new[]
    {
        Up(new NodeHello
        {
            Node = Claim.Node, Incarnation = "a1b2", Version = "0.1.0", Device = "cuda:0", MemoryBytes = 80_000_000_000,
            WeightsHash = "77ff", Precisions = ["fp32", "bf16"], Held = [Claim], IsDraining = true,
        }),
        Down(new NodeWelcome { CoordinatorEpoch = 5, HeartbeatMilliseconds = 2000, LeaseMilliseconds = 10_000 }),
        Up(new Heartbeat
        {
            Node = Claim.Node, Incarnation = "a1b2", Held = [Claim], PixelStepsPerSecond = 1.25e8, Utilisation = 0.5, IsDraining = true,
        }),
        Down(new HeartbeatReply { CoordinatorEpoch = 5, Lost = [Claim], IsUnknown = true }),
        Down(new AssignShard
        {
            CoordinatorEpoch = 5, Lease = Claim, Job = new JobId("starry-grid-0a1b"),
            Recipe = RecipePresets.Get("d2l") with { Description = "for people" },
            RecipeName = "d2l", Precision = "bf16", CheckpointEvery = 25, IsScored = true,
            Cells = [new CellAssignment { Cell = Cell, Attempt = 2, StopAt = 50 }],
        }),
        Down(new StopCells { CoordinatorEpoch = 5, Lease = Claim, Cells = [First, Second], Reason = StopReason.Preemption }),
        Down(new CancelShard { CoordinatorEpoch = 5, Lease = Claim }),
        Down(new DrainNode { CoordinatorEpoch = 5, IsDraining = false }),
        Down(new Receipt { CoordinatorEpoch = 5, Lease = Claim, Cells = [First, Second] }),
        Up(new CellProgress { Lease = Claim, Cell = First, Attempt = 2, Step = 75, Losses = Some }),
        Up(new CellFinished
        {
            Lease = Claim, Cell = First, Attempt = 2, Step = 500, Losses = new Losses(0.1, 1e-300, double.NaN, double.PositiveInfinity),
            Score = new Score(0.25, 0.5), Seconds = 12.5,
        }),
        Up(new CellStopped
        {
            Lease = Claim, Cell = First, Attempt = 2, Step = 50, Reason = StopReason.Rung, Losses = Some, Score = new Score(0.25, 0.5),
        }),
        Up(new CellFailed { Lease = Claim, Cell = First, Attempt = 2, Step = 0, IsTransient = true, Message = "größe.jpg: \"gone\"\n" }),
    }.ToImmutableSortedDictionary(envelope => WireCodec.KindOf(envelope.Message), envelope => envelope);

    /// <summary>A message as a tree that can be changed.</summary>
    public static JsonObject Tree(string kind) => JsonNode.Parse(WireCodec.Encode(ByKind[kind]))!.AsObject();

    static StyleInput Style(char digit, double share) => new(new InputRef(new string(digit, 64), $"/styles/{digit}.jpg", 100, 100), share);

    static WireEnvelope Up(WireMessage message) => new("node.gpu-1.rack_2", "coordinator", message);

    static WireEnvelope Down(WireMessage message) => new("coordinator", "node.gpu-1.rack_2", message);
}
