using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Lab.Control;

/// <summary>
/// The control API: GET /state, GET /kinds, GET /verdict, POST /faults, DELETE /faults/ID, DELETE /faults, POST /scenario. On loopback only; whatever a web
/// page could have sent is refused, or any page open on the machine could break the lab.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ControlServer(WebApplication app, Uri address)
    {
        this.app = app;
        Address = address;
    }

    public Uri Address { get; }

    public static JsonSerializerOptions Json { get; } = Configure(new JsonSerializerOptions());

    public static async Task<ControlServer> StartAsync(
        IPEndPoint endpoint, ControlledLab lab, CancellationToken cancellation)
    {
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ArgumentException($"{endpoint} is not on loopback: whoever reaches the control API can break the lab", nameof(endpoint));
        }

        var (driver, faults) = (lab.Driver, lab.Faults);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(endpoint);
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = 64 * 1024;
        });
        builder.Services.Configure<JsonOptions>(o => Configure(o.SerializerOptions));
        var app = builder.Build();
        app.Use(RefuseWebPages);
        app.MapGet("/state", () => driver.InvokeAsync(() => LabState.Take(lab.Cluster, faults)));
        app.MapGet("/kinds", () => FaultCatalog.All.Select(k => new { k.Name, k.Summary, k.Parameters }));
        app.MapPost("/faults", (FaultOrder order) => Ordered(driver, () => FaultReport.Of(lab.Cluster, faults.Apply(order.ToRequest()))));
        app.MapDelete("/faults/{id:int}", async (int id) =>
            await driver.InvokeAsync(() => faults.Heal(id)).ConfigureAwait(false) 
                ? Results.NoContent()
                : Results.Problem($"there is no fault {id} any more", statusCode: StatusCodes.Status404NotFound));
        app.MapDelete("/faults", () => Ordered(driver, () =>
        {
            faults.HealAll();
            return Array.Empty<FaultReport>();
        }));
        app.MapGet("/verdict", (HttpRequest request) => Ordered(
            driver, () => VerdictQuery.Read(request.Query).Answer(lab.Cluster, lab.Verdicts, driver)));
        app.MapPost("/scenario", async () => await driver.InvokeAsync(lab.Begin).ConfigureAwait(false) is { } refusal
            ? Results.Problem(refusal, statusCode: StatusCodes.Status409Conflict)
            : Results.NoContent());
        await app.StartAsync(cancellation).ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ControlServer(app, new Uri(address));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<IResult> Ordered<T>(RealTimeDriver driver, Func<T> order)
    {
        try
        {
            return Results.Ok(await driver.InvokeAsync(order).ConfigureAwait(false));
        }
        catch (FaultRequestException refused)
        {
            return Results.Problem(refused.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>A browser says where a request comes from, and a page that rebinds a name sends its own in Host.</summary>
    private static Task RefuseWebPages(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        var isLocalName = context.Request.Host.Host == "localhost" || IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out _);
        if (isLocalName && !headers.ContainsKey("Origin") && !headers.ContainsKey("Sec-Fetch-Site"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("The control API does not talk to web pages.\n", context.RequestAborted);
    }

    private static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.WriteIndented = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }
}

/// <summary>What POST /faults takes.</summary>
internal sealed record FaultOrder(string Kind, IReadOnlyList<string>? Nodes, IReadOnlyDictionary<string, string>? Arguments)
{
    public FaultRequest ToRequest() => new(Kind, Nodes ?? [], Arguments ?? new Dictionary<string, string>(StringComparer.Ordinal));
}
