using System.Globalization;
using Holdfast.Http;
using Microsoft.OpenApi;

namespace Holdfast.OpenApi;

/// <summary>The problem documents, as components of the description.</summary>
internal static class ProblemResponses
{
    public const string SchemaName = "RFC7807";

    public static string Code(Problem problem) => problem.Status.ToString(CultureInfo.InvariantCulture);

    public static string Name(Problem problem) => string.Concat(problem.Title.Split(' ').Select(Capitalised));

    public static OpenApiSchema Schema() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["instance"] = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };

    public static OpenApiResponse Response(Problem problem, OpenApiDocument document) => new()
    {
        Description = problem.Detail + ".",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemWriter.Json] = new() { Schema = new OpenApiSchemaReference(SchemaName, document) },
            [ProblemWriter.ProblemJson] = new() { Schema = new OpenApiSchemaReference(SchemaName, document) },
        },
        Headers = problem.IsForAWhile
            ? new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
            }
            : null,
    };

    private static string Capitalised(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
