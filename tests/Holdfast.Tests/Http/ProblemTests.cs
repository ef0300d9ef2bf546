using System.Text;
using Holdfast.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Holdfast.Tests.Http;

/// <summary>
/// Every problem document there is, byte for byte. Also those that no request draws from this server yet: clients know
/// them from Kask.
/// </summary>
public sealed class ProblemTests
{
    private const string Errors = "https://www.mediawiki.org/wiki/Kask/errors/";

    public static TheoryData<int, string, string, string> Documents => new()
    {
        { 400, "bad_request", "Bad request", "The request was incorrect or malformed" },
        { 401, "not_authorized", "Not authorized", "Unable to authorize request" },
        { 404, "not_found", "Not found", "The value you requested was not found" },
        { 413, "value_too_large", "Value too large", "The value is larger than this service accepts" },
        { 429, "too_many_writes", "Too many writes", "This key is written too often, write it less often" },
        { 500, "server_error", "Internal server error", "The server encountered an error with your request" },
        { 503, "storage_unavailable", "Storage unavailable", "The storage cannot serve right now, try again" },
        { 507, "insufficient_storage", "Insufficient storage", "The storage has no room for more values" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_problem_is_written_byte_for_byte(int status, string name, string title, string detail)
    {
        var expected =
            $"{{\n  \"type\": \"{Errors}{name}\",\n  \"title\": \"{title}\",\n  \"detail\": \"{detail}\",\n  \"instance\": \"/v1/a\\\"b\"\n}}\n";

        var (response, body) = await WriteAsync(status, "GET", "/v1/a\"b"u8.ToArray());

        Assert.Equal(Encoding.ASCII.GetBytes(expected), body);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(expected.Length, response.ContentLength);
        Assert.Equal("application/json", response.ContentType);
        Assert.Equal("nosniff", response.Headers.XContentTypeOptions);
        Assert.Equal("no-store", response.Headers.CacheControl);
        Assert.Equal(status is 429 or 503 ? "1" : "", response.Headers.RetryAfter.ToString());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task HEAD_has_the_length_of_a_problem_alone(int status, string name, string title, string detail)
    {
        var (response, body) = await WriteAsync(status, "HEAD", "/v1/a"u8.ToArray());

        Assert.Empty(body);
        Assert.Equal(Errors.Length + name.Length + title.Length + detail.Length + "/v1/a".Length + 66, response.ContentLength);
    }

    [Fact]
    public void No_problem_is_left_out() =>
        Assert.Equal(Documents.Select(document => document.Data.Item1), Problem.All.Keys.Order());

    private static async Task<(HttpResponse Response, byte[] Body)> WriteAsync(int status, string method, byte[] instance)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Method = method }, Response = { Body = body } };
        ProblemWriter.Write(context, Problem.All[status], instance);
        await context.Response.BodyWriter.FlushAsync();
        return (context.Response, body.ToArray());
    }
}
