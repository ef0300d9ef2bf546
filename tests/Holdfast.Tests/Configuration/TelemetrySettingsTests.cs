using Holdfast.Commands;
using Holdfast.Configuration;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class TelemetrySettingsTests
{
    private const string Secret = "authorization=Bearer SECRETMARKER";

    [Fact]
    public void Nothing_is_sent_anywhere_unless_it_is_asked_for() => Assert.Null(Reading.Options("").Telemetry.OtlpEndpoint);

    [Fact]
    public void A_collector_is_named_by_its_address()
    {
        var telemetry = Reading.Options(
            $"telemetry:\n  otlp_endpoint: https://collector.example:4317/otlp\n  otlp_protocol: grpc\n  otlp_headers: {Secret}\n  trace_sample_ratio: 0.5\n")
            .Telemetry;

        Assert.Equal(
            ("https://collector.example:4317/otlp", OtlpProtocol.Grpc, Secret, 0.5),
            (telemetry.OtlpEndpoint!.ToString(), telemetry.OtlpProtocol, telemetry.OtlpHeaders, telemetry.TraceSampleRatio));
    }

    [Theory]
    [InlineData("otlp_endpoint: collector:4318")]
    [InlineData("otlp_endpoint: ftp://collector")]
    [InlineData("otlp_endpoint: http://")]
    [InlineData("otlp_endpoint: http://collector/?token=1")]
    [InlineData("otlp_protocol: http/json")]
    [InlineData("otlp_headers: no-equals-sign")]
    [InlineData("otlp_headers: \"a=1,b c=2\"")]
    [InlineData("trace_sample_ratio: 1.01")]
    [InlineData("trace_sample_ratio: -0.5")]
    [InlineData("trace_sample_ratio: NaN")]
    [InlineData("trace_sample_ratio: 1%")]
    public void What_cannot_be_is_refused_with_its_line(string setting) => Assert.StartsWith(
        $"f.yaml:2: telemetry.{setting.Split(':')[0]}: expected ", Assert.Single(Reading.Problems($"telemetry:\n  {setting}\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("otlp_endpoint: http://user:SECRETMARKER@collector/")]
    [InlineData("otlp_headers: SECRETMARKER")]
    public void What_may_be_a_secret_is_not_quoted_back(string setting) => Assert.DoesNotContain(
        "SECRETMARKER", Assert.Single(Reading.Problems($"telemetry:\n  {setting}\n")), StringComparison.Ordinal);

    [Fact]
    public void The_headers_are_masked_where_the_configuration_is_shown()
    {
        var shown = string.Join('\n', ConfigurationListing.Lines(Reading.Load($"telemetry: {{otlp_headers: '{Secret}'}}\n")));

        Assert.Contains("otlp_headers: \"********\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRETMARKER", shown, StringComparison.Ordinal);
    }
}
