using System.Text.Json.Serialization;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Log;

/// <summary>The source-generated JSON of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    Converters = [typeof(CellIdConverter), typeof(JobIdConverter), typeof(NodeIdConverter), typeof(ShardIdConverter), typeof(RecipeConverter)])]
[JsonSerializable(typeof(JobSubmitted))]
[JsonSerializable(typeof(JobScanBegan))]
[JsonSerializable(typeof(JobStatusChanged))]
[JsonSerializable(typeof(JobPriorityChanged))]
[JsonSerializable(typeof(CellsFound))]
[JsonSerializable(typeof(ShardFormed))]
[JsonSerializable(typeof(ShardLeased))]
[JsonSerializable(typeof(ShardReleased))]
[JsonSerializable(typeof(ShardDissolved))]
[JsonSerializable(typeof(CellAccepted))]
[JsonSerializable(typeof(CellPublished))]
[JsonSerializable(typeof(CellHalted))]
[JsonSerializable(typeof(CellPromoted))]
[JsonSerializable(typeof(CellDropped))]
[JsonSerializable(typeof(CellAttemptFailed))]
[JsonSerializable(typeof(CellGaveUp))]
[JsonSerializable(typeof(CellsRetried))]
[JsonSerializable(typeof(FarmSnapshot))]
public sealed partial class FarmEventJson : JsonSerializerContext;
