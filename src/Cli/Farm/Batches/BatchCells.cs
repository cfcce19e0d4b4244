using System.Collections.Immutable;
using System.Text;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Batches;

/// <summary>What one picture of a batch comes to: a cell, or why there is none.</summary>
readonly record struct BatchItem(CellSpec? Cell, FaultyInput? Fault);

/// <summary>
/// The cells of a batch one after the other, each with its name. A photo that cannot be used is a fault, and the others go on.
/// </summary>
sealed class BatchCells(JobSpec job, BatchSpec spec, IFolders folders, PictureLooks looks, CellPlanner planner, PictureSink sink)
{
    const int MaxNameBytes = 255;

    readonly NameTemplate _template = NameTemplate.Parse(spec.Name, spec.Styles.Length);
    readonly CellTerms _terms = new()
    {
        Recipe = job.Recipe,
        Size = spec.Size,
        StyleSize = spec.StyleSize,
        Seed = spec.Seed,
        Precision = job.Precision,
        WeightsHash = job.WeightsHash,
    };

    /// <summary>The batch.</summary>
    public BatchSpec Spec => spec;

    /// <summary>All of them, listed and looked at as they are asked for.</summary>
    /// <exception cref="StyleFarmException">A style cannot be used.</exception>
    public IEnumerable<BatchItem> All()
    {
        var styles = spec.Styles.Select(Painted).ToImmutableArray();
        LookedAt? initial = job.Recipe.Init.Path is { } path ? looks.At(Path.GetFullPath(path, spec.Archive.BaseFolder)) : null;
        var claims = new OutputClaims(_template.KeepsFolders && spec.Archive.Inputs is [var only]
            && folders.KindOf(Absolute(only)) == PathKind.Folder);
        var index = 0;
        foreach (var entry in new ArchiveListing(spec.Archive, folders).List())
        {
            if (entry is ArchivePicture photo)
                foreach (var item in Of(photo, styles, initial, claims, index))
                    yield return item;
            else if (entry is ArchiveFault fault)
                yield return new(null, new FaultyInput(fault.Shown, fault.Reason));
            index += styles.Length;
        }
    }

    List<BatchItem> Of(ArchivePicture photo, ImmutableArray<PaintedStyle> styles, LookedAt? initial, OutputClaims claims, int index)
    {
        LookedAt content;
        try
        {
            content = looks.At(photo.Path);
        }
        catch (StyleFarmException e)
        {
            return [Faulty(photo, PictureLooks.ReasonOf(e, photo.Path))];
        }

        return [.. styles.Select((style, i) => Of(photo, content, style, initial, claims, index + i)).OfType<BatchItem>()];
    }

    /// <summary>Null for a photo that was listed before.</summary>
    BatchItem? Of(ArchivePicture photo, LookedAt content, PaintedStyle style, LookedAt? initial, OutputClaims claims, int index)
    {
        try
        {
            var (cell, plan) = planner.Plan(_terms, content, style.Parts, initial);
            var output = _template.Expand(ValuesOf(photo, content, style.Label, index, cell.Id, plan.Size));
            if (claims.Claim(photo.Folder, output, photo.Path) is { } first)
                return first == photo.Path ? null
                    : Faulty(photo, $"its result would be {output}, as is that of {first}; rename it, or give another --name");
            ImageFile.CheckExtension(output, plan.Size);
            if ((Unwritable(output) ?? sink.Obstacle(spec.Delivery, output, photo.Path)) is { } obstacle) return Faulty(photo, obstacle);
            return new(cell with { Index = index, Output = output }, null);
        }
        catch (StyleFarmException e)
        {
            return Faulty(photo, e.Message);
        }
    }

    NameValues ValuesOf(ArchivePicture photo, LookedAt content, string style, int index, CellId cell, ImageSize size) => new()
    {
        Name = photo.IsAmbiguous ? Path.GetFileName(photo.Path) : Path.GetFileNameWithoutExtension(photo.Path),
        Extension = spec.Delivery.Form.ExtensionFor(photo.Path, content.Facts.Format),
        Folder = photo.Folder,
        Style = style,
        Index = index,
        Recipe = Path.GetFileNameWithoutExtension(job.RecipeName),
        Size = size,
        Cell = cell,
    };

    PaintedStyle Painted(StyleChoice style) => new(style.Label, [.. style.Parts.Select(part => (looks.At(part.Path), part.Share))]);

    string Absolute(string path) => Path.GetFullPath(path, spec.Archive.BaseFolder);

    static BatchItem Faulty(ArchivePicture photo, string reason) => new(null, new FaultyInput(photo.Shown, reason));

    static string? Unwritable(string output) => output.Split('/')
        .Any(part => Encoding.UTF8.GetByteCount(FinishedPicture.ProvenancePathOf(part)) > MaxNameBytes)
            ? $"the name of its result is longer than {MaxNameBytes} bytes; give a shorter --name" : null;

    sealed record PaintedStyle(string Label, ImmutableArray<(LookedAt Picture, double Share)> Parts);
}
