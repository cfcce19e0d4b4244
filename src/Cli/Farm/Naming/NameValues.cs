using System.Globalization;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Naming;

/// <summary>What the tokens of a <see cref="NameTemplate"/> stand for, for one picture.</summary>
sealed record NameValues
{
    /// <summary>The photo's name without its extension; with it, where another photo beside it differs in the extension only.</summary>
    public required string Name { get; init; }

    /// <summary>With its dot.</summary>
    public required string Extension { get; init; }

    /// <summary>The folder below the one that was named, with '/' between the parts.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The style's name.</summary>
    public required string Style { get; init; }

    /// <summary>The picture's place in the job, from 0; shown from 1.</summary>
    public required int Index { get; init; }

    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>Of the picture.</summary>
    public required ImageSize Size { get; init; }

    /// <summary>The cell that the picture comes from.</summary>
    public required CellId Cell { get; init; }

    /// <summary>The text of a token.</summary>
    public string Of(string token) => token switch
    {
        "name" => Part(Name),
        "ext" => Extension,
        "style" => Part(Style),
        "folder" => Folder,
        "index" => (Index + 1).ToString("D6", CultureInfo.InvariantCulture),
        "recipe" => Part(Recipe),
        "width" => Size.Width.ToString(CultureInfo.InvariantCulture),
        "height" => Size.Height.ToString(CultureInfo.InvariantCulture),
        "cell" => Cell.ToString(),
        _ => throw new ArgumentOutOfRangeException(nameof(token), token, "not a token"),
    };

    static string Part(string text) => string.Concat(text.Select(letter => letter == '/' || char.IsControl(letter) ? '_' : letter));
}
