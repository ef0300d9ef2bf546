using Xunit;

namespace Holdfast.Acceptance.MediaWiki;

/// <summary>What the tests conclude from the store's metrics rests on this.</summary>
public sealed class RequestCountsTests
{
    private const string Exposition =
        """
        # TYPE http_requests_total counter
        http_requests_total{code="200",method="GET"} 51
        http_requests_total{code="404",method="GET"} 7
        http_requests_total{method="POST",code="201"} 12 1700000000000
        http_requests_total{code="503",method="POST"} 2
        http_requests_total{code="499",method="GET"} 1
        http_request_duration_seconds_count{code="200",method="GET"} 51

        """;

    private readonly RequestCounts _counts = RequestCounts.Parse(Exposition);

    [Theory]
    [InlineData("GET", 51)]
    [InlineData("POST", 12)]
    [InlineData("DELETE", 0)]
    public void Successes_are_summed_by_method(string method, long expected) =>
        Assert.Equal(expected, _counts.Succeeded(method));

    [Fact]
    public void A_miss_is_no_failure_and_everything_else_from_400_is() => Assert.Equal(3, _counts.Failures);
}
