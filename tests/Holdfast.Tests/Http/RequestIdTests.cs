using Holdfast.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Holdfast.Tests.Http;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData(null, "00000000-0000-0000-0000-000000000000")]
    [InlineData("", "00000000-0000-0000-0000-000000000000")]
    [InlineData("ea9a0eef-256d-4eb1-bfd5-863a66aacee9", "ea9a0eef-256d-4eb1-bfd5-863a66aacee9")]
    [InlineData("a b\u00e9\u001bc", "a_b__c")]
    public void A_request_is_named_by_its_header_made_safe(string? header, string expected) =>
        Assert.Equal(expected, Of(header));

    [Fact]
    public void A_long_name_is_cut() => Assert.Equal(new string('x', 128), Of(new string('x', 5000)));

    private static string Of(string? header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Request-ID"] = header;
        return RequestIds.Of(context.Request);
    }
}
