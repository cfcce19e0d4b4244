using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Messages;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Farm.Telemetry;

public sealed class OtlpEndpointTests
{
    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/traces")]
    [InlineData("https://collector/otlp/", "https://collector/otlp/v1/traces")]
    public void A_signal_has_its_path_below_the_collectors(string url, string traces)
    {
        Assert.Equal(traces, OtlpEndpoint.Read(url, _ => null)!.UrlOf("traces").ToString());
        Assert.Equal(new Uri(url), OtlpEndpoint.Read(url, name => name == "OTEL_EXPORTER_OTLP_PROTOCOL" ? "grpc" : null)!.UrlOf("traces"));
    }

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("ftp://collector/")]
    [InlineData("http://name:secret@collector:4318")]
    public void What_cannot_be_used_is_said_in_one_line_without_repeating_it(string url)
    {
        var error = Assert.Throws<StyleFarmException>(() => OtlpEndpoint.Read(url, _ => null));

        Assert.StartsWith("--otlp: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_that_is_not_spoken_is_named_and_nothing_else_of_a_url_is_for_people()
    {
        var faults = new List<string>();
        var endpoint = OtlpEndpoint.Read("https://collector:4318/token-in-the-path?key=secret", _ => "http/json", faults);

        Assert.Equal("OTEL_EXPORTER_OTLP_PROTOCOL=http/json: give http/protobuf or grpc", Assert.Single(faults));
        Assert.Equal("https://collector:4318", endpoint!.Authority);
    }

    [Fact]
    public void Nothing_is_exported_without_a_collector_or_where_the_sdk_is_disabled()
    {
        Assert.Null(OtlpEndpoint.Read(null, _ => null));
        Assert.Null(OtlpEndpoint.Read("http://collector:4318", name => name == "OTEL_SDK_DISABLED" ? "True" : null));
        Assert.Null(OtlpExport.Start(null, "service", "one", TimeProvider.System, _ => { }));
    }

    [Fact]
    public void The_option_goes_before_our_variable_that_before_the_standard_one_and_that_before_the_file()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["farm.yaml"], "otlp: http://file");
        var variables = new Dictionary<string, string> { ["STYLEFARM_OTLP"] = "http://ours", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://standard" };
        var settings = ServeSettings.Load(folder["farm.yaml"], variables.GetValueOrDefault);

        Assert.Equal("http://option", settings.FindOtlp("http://option"));
        Assert.Equal("http://ours", settings.FindOtlp(null));
        variables.Remove("STYLEFARM_OTLP");
        Assert.Equal("http://standard", settings.FindOtlp(null));
        variables.Clear();
        Assert.Equal("http://file", settings.FindOtlp(null));
        Assert.Null(ServeSettings.Load(null, _ => null).FindOtlp(null));
    }
}
