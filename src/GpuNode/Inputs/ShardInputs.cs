using System.Collections.Immutable;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.GpuNode.Inputs;

/// <summary>A cell that can be rendered: its pictures are here and decoded for the first pass.</summary>
sealed record ReadyCell(ResolvedCell Resolved, RenderCell Render)
{
    public CellAssignment Assignment => Resolved.Assignment;

    public CellId Id => Assignment.Cell.Id;
}

/// <summary>A cell that cannot be rendered.</summary>
sealed record UnreadyCell(CellAssignment Assignment, string Message, bool IsTransient);

/// <summary>The cells of a shard with all that they need from outside.</summary>
sealed record ShardInputs(ImmutableArray<ReadyCell> Ready, ImmutableArray<UnreadyCell> Unready)
{
    /// <summary>Gets and decodes the pictures; what cells share is got and decoded once.</summary>
    public static async Task<ShardInputs> PrepareAsync(AssignShard shard, InputCache cache, CancellationToken cancellation)
    {
        var ready = ImmutableArray.CreateBuilder<ReadyCell>();
        var unready = ImmutableArray.CreateBuilder<UnreadyCell>();
        var sources = new Dictionary<(string, ColourProfile, ImageSize), FileImageSource>();
        foreach (var cell in shard.Cells)
        {
            try
            {
                var resolved = ResolvedCell.Of(shard, cell);
                ready.Add(new ReadyCell(resolved, await RenderCellAsync(resolved)));
            }
            catch (StyleFarmException e)
            {
                unready.Add(new UnreadyCell(cell, e.Message, e.Code == ErrorCode.OutOfResources));
            }
            catch (StoreException e)
            {
                unready.Add(new UnreadyCell(cell, e.Message, e.IsTransient));
            }
        }

        return new ShardInputs(ready.ToImmutable(), unready.ToImmutable());

        async Task<RenderCell> RenderCellAsync(ResolvedCell cell)
        {
            var (spec, first) = (cell.Assignment.Cell, cell.Plan.Passes[0]);
            var styles = ImmutableArray.CreateBuilder<StyleSource>();
            for (var i = 0; i < spec.Styles.Length; i++)
                styles.Add(new StyleSource(await SourceAsync(spec.Styles[i].Input, cell.Recipe.ColourProfile, first.StyleSizes[i]),
                    spec.Styles[i].Share));
            return new RenderCell
            {
                Id = spec.Id.ToString(),
                Recipe = cell.Recipe,
                Plan = cell.Plan,
                Content = await SourceAsync(spec.Content, cell.Recipe.ColourProfile, first.Size),
                Styles = styles.ToImmutable(),
                Initial = spec.Initial is { } initial ? await SourceAsync(initial, cell.Recipe.ColourProfile, first.Size) : null,
                Seed = spec.Seed,
            };
        }

        async Task<FileImageSource> SourceAsync(InputRef input, ColourProfile profile, ImageSize size)
        {
            if (sources.TryGetValue((input.Location, profile, size), out var shared)) return shared;
            var source = new FileImageSource(await cache.FetchAsync(input, cancellation), profile, input.Sha256);
            source.At(size);
            cancellation.ThrowIfCancellationRequested();
            return sources[(input.Location, profile, size)] = source;
        }
    }
}
