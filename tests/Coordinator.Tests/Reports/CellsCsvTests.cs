using System.Globalization;
using StyleFarm.Coordinator.Reports;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed class CellsCsvTests
{
    [Fact]
    public void The_columns_stand_in_the_documented_order()
    {
        var model = Model(["tv_weight", "optimizer.lr"], Cell(["0", "0.1"]));

        Assert.Equal(
            "cell,state,tv_weight,optimizer.lr,steps,score,content_term,style_term,content,style,tv,total,seconds,error,result\r\n",
            Text(model)[..(Text(model).IndexOf('\n', StringComparison.Ordinal) + 1)]);
    }

    [Fact]
    public void A_cell_is_one_row_with_all_its_digits()
    {
        var cell = Cell(["10"]) with
        {
            StepsDone = 300, Score = 0.1 + 0.2, ContentTerm = 1e-20, StyleTerm = 0.5, Losses = new FinalLosses(1.5, -2, 1e6, 3),
            Seconds = 12.25, ResultPath = "cells/a/result.png",
        };

        Assert.Equal(
            ["id", "finished", "10", "300", "0.30000000000000004", "1E-20", "0.5", "1.5", "-2", "1000000", "3", "12.25", "",
                "cells/a/result.png"],
            Rows(Model(["tv_weight"], cell))[1]);
    }

    [Fact]
    public void What_is_unknown_is_empty_and_broken_losses_have_the_names_that_every_reader_knows()
    {
        var losses = new FinalLosses(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.NaN);
        var unknown = Rows(Model([], Cell([])))[1];
        var broken = Rows(Model([], Cell([]) with { Losses = losses }))[1];

        Assert.Equal(["id", "finished", "0", "", "", "", "", "", "", "", "", "", ""], unknown);
        Assert.Equal(["NaN", "Infinity", "-Infinity", "NaN"], broken[6..10]);
    }

    [Fact]
    public void Numbers_do_not_follow_the_culture_of_the_machine()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal("-0.25", Rows(Model([], Cell([]) with { Score = -0.25 }))[1][3]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a,b")]
    [InlineData("say \"no\"")]
    [InlineData("two\r\nlines")]
    [InlineData("two\nlines")]
    [InlineData(" led and trailed ")]
    [InlineData("\"")]
    [InlineData("ünï – 日本")]
    public void Text_comes_back_as_it_was(string text) =>
        Assert.Equal(text, Rows(Model(["x"], Cell([text]), Cell(["next"])))[1][2]);

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+cmd")]
    [InlineData("-1+2+cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)")]
    [InlineData("  =1+1")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("\"=1+1\"", false)]
    [InlineData("|cmd")]
    [InlineData("＝1+1")]
    public void A_formula_becomes_plain_text_wherever_text_stands(string text, bool isFormula = true)
    {
        var expected = isFormula ? "'" + text : text;
        var row = Rows(Model(["x"], Cell([text]) with { Id = text, Error = text, ResultPath = text }))[1];

        Assert.Equal([expected, expected, expected, expected], [row[0], row[2], row[^2], row[^1]]);
        Assert.Equal(expected, Rows(Model([text], Cell(["1"])))[0][2]);
    }

    [Theory]
    [InlineData("-1.5")]
    [InlineData("+3")]
    [InlineData("-1e-5")]
    [InlineData("-0")]
    public void A_signed_number_is_no_formula(string text) => Assert.Equal(text, Rows(Model(["x"], Cell([text])))[1][2]);

    [Fact]
    public void An_axis_cannot_take_the_name_of_another_column()
    {
        var header = Rows(Model(["content", "style", "steps", "axis_style"], Cell(["a", "b", "c", "d"])))[0];

        Assert.Equal(["axis_content", "axis_style", "axis_steps", "axis_axis_style"], header[2..6]);
        Assert.Distinct(header);
    }

    [Fact]
    public void Every_cell_of_the_sample_has_a_row_as_wide_as_the_header()
    {
        var model = SampleReport.Sweep();
        var rows = Rows(model);

        Assert.Equal(model.Cells.Length + 1, rows.Count);
        Assert.All(rows, row => Assert.Equal(2 + 4 + 11, row.Count));
        Assert.Equal(["failed", "finished", "stopped", "waiting"], rows[1..].Select(row => row[1]).Distinct().Order());
    }

    [Fact]
    public void No_cells_are_a_header() => Assert.Single(Rows(Model(["x"])));

    [Fact]
    public void A_cell_without_a_value_for_each_axis_is_refused() =>
        Assert.Contains("1 values for 2 axes", Assert.Throws<ArgumentException>(() => Text(Model(["x", "y"], Cell(["1"])))).Message,
            StringComparison.Ordinal);

    static ReportModel Model(string[] axes, params ReportCell[] cells) =>
        SampleReport.Model("job", ReportKind.Sweep) with { Axes = [.. axes.Select(name => new ReportAxis(name, []))], Cells = [.. cells] };

    static ReportCell Cell(string[] values) => new() { Id = "id", State = ReportState.Finished, Values = [.. values] };

    static string Text(ReportModel model)
    {
        using var writer = new StringWriter { NewLine = "must not matter" };
        CellsCsv.Write(writer, model);
        return writer.ToString();
    }

    static List<List<string>> Rows(ReportModel model) => CsvReader.Read(Text(model));
}
