using Holdfast.Configuration;
using Holdfast.Http;
using Microsoft.OpenApi;

namespace Holdfast.OpenApi;

/// <summary>
/// The API's description (OpenAPI 3.0), built from what the handlers themselves use. Lives in this folder: the document,
/// Kask's probes in it, and the endpoints that serve it.
/// </summary>
internal static class ApiDescription
{
    private const string OctetStream = "application/octet-stream";

    public static OpenApiDocument Build(HoldfastOptions options)
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = options.Service.ServiceName,
                Version = BuildInfo.Version,
                Description = "Keeps web sessions: opaque values under opaque keys, each with a time to live. "
                    + "Speaks the protocol of Kask (https://www.mediawiki.org/wiki/Kask).",
            },
            Paths = [],
        };
        document.AddComponent<IOpenApiSchema>(ProblemResponses.SchemaName, ProblemResponses.Schema());
        foreach (var problem in Problem.All.Values.Where(problem => problem != Problem.NotAuthorized))
        {
            document.AddComponent<IOpenApiResponse>(ProblemResponses.Name(problem), ProblemResponses.Response(problem, document));
        }

        document.Paths.Add(options.Service.BaseUri + "{key}", Sessions(document, options));
        document.Paths.Add("/healthz", Get("Says that the process lives, and what was built.", ProblemWriter.Json, monitored: true));
        document.Paths.Add("/readyz", Readiness());
        document.Paths.Add("/metrics", Get("Metrics in Prometheus' text format.", "text/plain"));
        document.Paths.Add("/openapi", Get("This description, as JSON to those who accept it.", "application/x-yaml"));
        document.Paths.Add("/openapi.json", Get("This description.", ProblemWriter.Json));
        return document;
    }

    private static OpenApiPathItem Sessions(OpenApiDocument document, HoldfastOptions options)
    {
        var item = new OpenApiPathItem
        {
            Parameters =
            [
                new OpenApiParameter
                {
                    Name = "key",
                    In = ParameterLocation.Path,
                    Required = true,
                    Description = "The key, one percent-encoded path segment: valid UTF-8 without a slash, "
                        + $"at most {options.Limits.MaxKeyBytes} bytes once decoded.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
                },
            ],
        };

        var read = Responses(
            document,
            "200",
            new OpenApiResponse
            {
                Description = "The value.",
                Headers = new Dictionary<string, IOpenApiHeader> { [HeaderValues.Ttl] = TtlLeft() },
                Content = Binary(),
            },
            Problem.BadRequest, Problem.NotFound, Problem.ServerError, Problem.Unavailable);
        item.AddOperation(HttpMethod.Get, new OpenApiOperation
        {
            OperationId = "get",
            Description = "Reads the value under a key.",
            Responses = read,
            Extensions = Probes.Read(),
        });

        var head = Responses(
            document,
            "200",
            new OpenApiResponse
            {
                Description = "There is a value; its length and what is left of its life.",
                Headers = new Dictionary<string, IOpenApiHeader> { [HeaderValues.Ttl] = TtlLeft() },
            },
            Problem.BadRequest, Problem.NotFound, Problem.ServerError, Problem.Unavailable);
        item.AddOperation(HttpMethod.Head, new OpenApiOperation
        {
            OperationId = "head",
            Description = "Says what a GET would, without the value.",
            Responses = head,
        });

        var write = Responses(
            document,
            "201",
            new OpenApiResponse { Description = "Stored, as durably as the service is configured to." },
            Problem.BadRequest, Problem.NotFound, Problem.TooLarge, Problem.TooManyWrites, Problem.ServerError, Problem.Unavailable, Problem.OutOfSpace);
        item.AddOperation(HttpMethod.Post, new OpenApiOperation
        {
            OperationId = "set",
            Description = "Stores a value under a key, replacing what was there.",
            Parameters = [TtlAsked(options)],
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = $"The value: 1 to {options.Limits.MaxValueBytes} bytes.",
                Content = Binary(),
            },
            Responses = write,
            Extensions = Probes.Write(),
        });

        var delete = Responses(
            document,
            "204",
            new OpenApiResponse { Description = "There is no value under the key any more." },
            Problem.BadRequest, Problem.NotFound, Problem.ServerError, Problem.Unavailable, Problem.OutOfSpace);
        item.AddOperation(HttpMethod.Delete, new OpenApiOperation
        {
            OperationId = "delete",
            Description = "Removes the value under a key, if there is one.",
            Responses = delete,
        });
        return item;
    }

    private static OpenApiResponses Responses(
        OpenApiDocument document, string code, OpenApiResponse success, params ReadOnlySpan<Problem> problems)
    {
        var responses = new OpenApiResponses { [code] = success };
        foreach (var problem in problems)
        {
            responses.Add(ProblemResponses.Code(problem), new OpenApiResponseReference(ProblemResponses.Name(problem), document));
        }

        return responses;
    }

    private static OpenApiPathItem Get(string description, string contentType, bool monitored = false)
    {
        var item = new OpenApiPathItem();
        item.AddOperation(HttpMethod.Get, new OpenApiOperation
        {
            Description = description,
            Responses = new OpenApiResponses { ["200"] = Described("Success.", contentType) },
            Extensions = monitored ? Probes.Alive() : null,
        });
        return item;
    }

    private static OpenApiPathItem Readiness()
    {
        var item = Get("Says whether to send requests here.", ProblemWriter.Json);
        item.Operations![HttpMethod.Get].Responses!["503"] = Described("Starting, draining, or without storage.", ProblemWriter.Json);
        return item;
    }

    private static OpenApiResponse Described(string description, string contentType) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [contentType] = new() },
    };

    private static OpenApiHeader TtlLeft() => new()
    {
        Description = "Seconds left of the entry's life; 0 when it never expires.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
    };

    private static OpenApiParameter TtlAsked(HoldfastOptions options) => new()
    {
        Name = HeaderValues.Ttl,
        In = ParameterLocation.Header,
        Description = $"The entry's life in seconds; {options.Service.DefaultTtl.Seconds} when absent. "
            + (options.Limits.MaxTtl.IsNever ? "0 never expires." : $"At most {options.Limits.MaxTtl.Seconds}."),
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
    };

    private static Dictionary<string, OpenApiMediaType> Binary() => new()
    {
        [OctetStream] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
    };
}
