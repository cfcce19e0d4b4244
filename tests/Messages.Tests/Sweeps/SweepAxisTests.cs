using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Messages.Tests.Sweeps;

public sealed class SweepAxisTests
{
    [Theory]
    [InlineData("'style_weight': {'log': [1e3, 1e4, 3]}", "1000 3162.28 10000", "1000 3162.2776601683795 10000")]
    [InlineData("'style_weight': {'log': [1e-3, 1e3, 7]}", "0.001 0.01 0.1 1 10 100 1000", "0.001 0.01 0.1 1 10 100 1000")]
    [InlineData("'tv_weight': {'linear': [0, 1, 11]}", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1",
        "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1")]
    [InlineData("'tv_weight': {'linear': [0, 1, 4]}", "0 0.333333 0.666667 1", "0 0.3333333333333333 0.6666666666666666 1")]
    [InlineData("'tv_weight': {'range': [0.1, 0.7, 0.2]}", "0.1 0.3 0.5 0.7", "0.1 0.3 0.5 0.7")]
    [InlineData("'tv_weight': {'range': [5, 0, -2]}", "5 3 1", "5 3 1")]
    [InlineData("'tv_weight': {'range': [5, 5, -2]}", "5", "5")]
    [InlineData("'tv_weight': {'log': [3, 5, 1]}", "3", "3")]
    [InlineData("'tv_weight': {'linear': [1, 1.0000001, 3]}", "1 1.00000005 1.0000001", "1 1.00000005 1.0000001")]
    [InlineData("'optimizer.eps': {'log': [1e-10, 1e-7, 4]}", "1e-10 1e-9 1e-8 1e-7", "1E-10 1E-09 1E-08 1E-07")]
    [InlineData("'tv_weight': [3162.2776601683795, 1.50, 1e20]", "3162.2776601683795 1.5 1e20", "3162.2776601683795 1.5 1E+20")]
    [InlineData("'tv_weight': 4", "4", "4")]
    [InlineData("'optimizer.kind': ['adam', 'lbfgs']", "adam lbfgs", "\"adam\" \"lbfgs\"")]
    [InlineData("'clamp_at_end': [true, false]", "true false", "true false")]
    [InlineData("'schedule': [null, 'none']", "none none", "null \"none\"")]
    public void Values_have_short_labels_and_all_digits(string parameter, string labels, string json)
    {
        var axis = SweepFixture.Axis(parameter);

        Assert.Equal(labels, string.Join(' ', axis.Values));
        Assert.Equal(json, string.Join(' ', axis.Values.Select(value => value.Json)));
    }

    [Fact]
    public void A_map_is_a_value_of_a_field_that_takes_maps()
    {
        var axis = SweepFixture.Axis("'style': [{'relu1_1': 1, 'relu2_1': 0.5}, {'relu3_1': 1}]");

        Assert.Equal(["{relu1_1: 1, relu2_1: 0.5}", "{relu3_1: 1}"], axis.Values.Select(value => value.Label));
        Assert.Equal(["{relu3_1: 1}"], SweepFixture.Axis("'style': {'relu3_1': 1}").Values.Select(value => value.Label));
    }

    [Theory]
    [InlineData("'steps': {'log': [100, 1000, 4]}", "100 215 464 1000")]
    [InlineData("'steps': {'linear': [1, 3, 9]}", "1 2 3")]
    [InlineData("'steps': {'linear': [100, 400, 4]}", "100 200 300 400")]
    [InlineData("'size': {'log': [64, 256, 4]}", "64 102 161 256")]
    [InlineData("'optimizer.memory': {'linear': [5, 100, 3]}", "5 52 100")]
    public void Computed_values_are_rounded_where_a_field_takes_whole_numbers(string parameter, string labels)
    {
        var axis = SweepFixture.Axis(parameter);

        Assert.True(axis.IsWhole);
        Assert.Equal(labels, string.Join(' ', axis.Values));
        Assert.All(axis.Values, value => Assert.Equal(value.Label, value.Json));
    }

    [Fact]
    public void A_field_of_any_number_is_not_rounded()
    {
        Assert.False(SweepFixture.Axis("'style_weight': {'linear': [100, 400, 4]}").IsWhole);
        Assert.False(SweepFixture.Axis("'noise_ratio': {'linear': [0, 1, 2]}").IsWhole);
    }

    [Fact]
    public void Scales_that_fit_only_beside_other_values_are_accepted()
    {
        var spec = SweepFixture.With("""
            'recipe': {'base': 'd2l', 'scales': [{'size': 64, 'steps': 5}, {'size': 128, 'steps': 5}]},
            'parameters': {'scales.0.size': [32, 200], 'scales.1.size': {'linear': [100, 301, 3]}}
            """);

        Assert.Equal("100 200 301", string.Join(' ', spec.Parameters[1].Values));
    }

    [Fact]
    public void Every_range_stays_within_its_ends_and_in_order()
    {
        var random = new Random(20261120);
        for (var round = 0; round < 2000; round++)
        {
            var (low, width) = (Math.Pow(10, random.NextDouble() * 12 - 6), Math.Pow(10, random.NextDouble() * 12 - 6));
            var range = new AxisRange(round % 2 == 0 ? AxisSpacing.Log : AxisSpacing.Linear, low, low + width, random.Next(2, 40));

            var values = Enumerable.Range(0, (int)range.Count).Select(range.At).ToList();

            var place = string.Create(CultureInfo.InvariantCulture, $"seed 20261120, round {round}: {range}");
            Assert.True(values[0] == range.First && values[^1] == range.Last, place);
            Assert.True(values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second), place);
            Assert.All(values, value => Assert.Equal(value, SweepValue.Computed(value).Number));
        }
    }

    [Fact]
    public void A_value_round_trips_exactly()
    {
        foreach (var number in new[] { Math.PI, 1.0 / 3, 5e-324, double.MaxValue, 0.1 + 0.2 })
            Assert.Equal(number, SweepValue.Of(JsonNode.Parse(SweepValue.Of(number).Json)).Number);
    }
}
