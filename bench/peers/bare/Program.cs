using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

// The yardstick: what Kestrel alone can do, with the same answers on the wire as a session store's. It keeps values in a
// dictionary, never expires them, measures nothing, logs nothing, and would lose everything with its process.
const string prefix = "/sessions/v1/";
var values = new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal);

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.Run(context =>
{
    var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
    if (!target.StartsWith(prefix, StringComparison.Ordinal))
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    var key = Uri.UnescapeDataString(target[prefix.Length..]);
    return HttpMethods.IsGet(context.Request.Method) ? GetAsync(context, key) : PostAsync(context, key);
});
app.Run();

Task GetAsync(HttpContext context, string key)
{
    var response = context.Response;
    response.Headers.CacheControl = "no-store";
    if (values.TryGetValue(key, out var value))
    {
        response.ContentType = "application/octet-stream";
        response.ContentLength = value.Length;
        return response.Body.WriteAsync(value).AsTask();
    }

    var problem = Encoding.UTF8.GetBytes(
        "{\"type\":\"https://www.mediawiki.org/wiki/Kask/errors/not_found\",\"title\":\"Not found\","
        + "\"detail\":\"The value you requested was not found\",\"instance\":\"" + prefix + key + "\"}");
    response.StatusCode = StatusCodes.Status404NotFound;
    response.ContentType = "application/json";
    response.ContentLength = problem.Length;
    response.Headers.XContentTypeOptions = "nosniff";
    return response.Body.WriteAsync(problem).AsTask();
}

async Task PostAsync(HttpContext context, string key)
{
    var value = new byte[(int)(context.Request.ContentLength ?? 0)];
    await context.Request.Body.ReadExactlyAsync(value);
    values[key] = value;
    context.Response.StatusCode = StatusCodes.Status201Created;
    context.Response.Headers.CacheControl = "no-store";
    context.Response.ContentLength = 0;
}
