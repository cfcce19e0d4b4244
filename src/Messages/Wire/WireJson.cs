using System.Text.Json.Serialization;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Messages.Wire;

/// <summary>The source-generated JSON of messages and of what they hold.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    Converters = [typeof(CellIdConverter), typeof(JobIdConverter), typeof(NodeIdConverter), typeof(ShardIdConverter), typeof(RecipeConverter)])]
[JsonSerializable(typeof(NodeHello))]
[JsonSerializable(typeof(NodeWelcome))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatReply))]
[JsonSerializable(typeof(AssignShard))]
[JsonSerializable(typeof(StopCells))]
[JsonSerializable(typeof(CancelShard))]
[JsonSerializable(typeof(DrainNode))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(CellProgress))]
[JsonSerializable(typeof(CellFinished))]
[JsonSerializable(typeof(CellStopped))]
[JsonSerializable(typeof(CellFailed))]
[JsonSerializable(typeof(JobSpec))]
public sealed partial class WireJson : JsonSerializerContext;
