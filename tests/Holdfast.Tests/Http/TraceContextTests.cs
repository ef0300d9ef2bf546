using System.Diagnostics;
using Holdfast.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Holdfast.Tests.Http;

public sealed class TraceContextTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Parent, ActivityTraceFlags.Recorded)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", ActivityTraceFlags.None)]
    public void A_client_s_span_is_the_parent_and_its_flag_is_kept(string header, ActivityTraceFlags flags)
    {
        var context = Of(header);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", context.TraceId.ToString());
        Assert.Equal("b7ad6b7169203331", context.SpanId.ToString());
        Assert.Equal(flags, context.TraceFlags);
        Assert.True(context.IsRemote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    public void What_is_malformed_is_absent(string header) => Assert.Equal(default, Of(header));

    [Fact]
    public void What_is_sent_twice_or_is_endless_is_absent()
    {
        Assert.Equal(default, Of(new StringValues([Parent, Parent])));
        Assert.Equal(default, Of("01" + Parent[2..] + "-" + new string('a', 10_000)));
    }

    [Theory]
    [InlineData("a=1,b=2", "a=1,b=2")]
    [InlineData("", null)]
    [InlineData("a=\u0001", null)]
    [InlineData("a=\u00e9", null)]
    public void The_state_is_passed_on_as_it_is_or_not_at_all(string state, string? expected) => Assert.Equal(expected, Of(Parent, state).TraceState);

    [Fact]
    public void A_state_of_hostile_length_is_left_out_and_the_parent_kept()
    {
        Assert.Null(Of(Parent, new string('x', 513)).TraceState);
        Assert.Null(Of(Parent, string.Join(',', Enumerable.Repeat("a=1", 33))).TraceState);
        Assert.Equal("a=1,b=2", Of(Parent, new StringValues(["a=1", "b=2"])).TraceState);
        Assert.NotEqual(default, Of(Parent, new string('x', 513)).TraceId);
    }

    private static ActivityContext Of(StringValues parent, StringValues state = default)
    {
        var headers = new DefaultHttpContext().Request.Headers;
        headers.TraceParent = parent;
        headers.TraceState = state;
        return TraceContext.Of(headers);
    }
}
