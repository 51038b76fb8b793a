using System.Text.Json;
using Messenger.Node.Api;
using Messenger.Node.Live;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Messenger.Node.Docs;

/// <summary>The OpenAPI 3.1 description of the client API, made from its routes and types.</summary>
internal static class ApiDocument
{
    /// <summary>The document's name, as in <c>/openapi/v1.json</c>.</summary>
    public const string Name = "v1";

    private const string Bearer = "bearer";

    /// <summary>Registers the document.</summary>
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(async (document, context, cancel) =>
        {
            Describe(document);
            NeverNull(document);
            await AddProblemAsync(document, context, cancel);
            await AddEventsAsync(document, context, cancel);
        });
    });

    /// <summary>The document as JSON text.</summary>
    /// <param name="services">Of an application whose routes are in place.</param>
    /// <param name="cancel">Abandons the work.</param>
    public static async Task<string> WriteAsync(IServiceProvider services, CancellationToken cancel)
    {
        var document = await GetAsync(services, cancel);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel) + "\n";
    }

    /// <summary>The document.</summary>
    public static Task<OpenApiDocument> GetAsync(IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancel);

    // What refers to an enum says itself whether there may be none; the generator puts null into the enum as well.
    private static void NeverNull(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            schema.Enum = schema.Enum?.Where(value => value is not null && value.GetValueKind() != JsonValueKind.Null).ToList();
        }
    }

    // Every call may end in a problem, and all of them look alike.
    private static async Task AddProblemAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.AddComponent(nameof(Problem), await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancel));
        document.AddComponent<IOpenApiResponse>(nameof(Problem), new OpenApiResponse
        {
            Description = "A problem (RFC 9457); its code is stable.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
            },
        });
        foreach (var operation in document.Paths.SelectMany(path => path.Value.Operations ?? []).Select(pair => pair.Value))
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponseReference(nameof(Problem), document);
        }
    }

    // The data of an event depends on its type, and a stream is text: the generator can see neither.
    private static async Task AddEventsAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        Type[] kinds = [typeof(HelloEvent), typeof(ResetEvent), typeof(MessageEvent), typeof(ContactEvent), typeof(PresenceEvent), typeof(ReadEvent)];
        foreach (var kind in kinds)
        {
            document.AddComponent(kind.Name, await context.GetOrCreateSchemaAsync(kind, null, cancel));
        }

        PropertiesOf(nameof(LiveEvent))["data"] = OneOf(kinds);
        PropertiesOf(nameof(MessageEvent))["message"] = OneOf(null, typeof(MessageItem));
        PropertiesOf(nameof(ContactEvent))["contact"] = OneOf(null, typeof(ContactItem));

        var answer = document.Paths[EventsApi.Path].Operations![HttpMethod.Get].Responses!["200"];
        answer.Content!["text/event-stream"].Schema = new OpenApiSchema { Type = JsonSchemaType.String };

        IDictionary<string, IOpenApiSchema> PropertiesOf(string name) => ((OpenApiSchema)document.Components!.Schemas![name]).Properties!;

        OpenApiSchema OneOf(params Type?[] types) => new()
        {
            OneOf = [.. types.Select(type => type is null ? (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.Null } : new OpenApiSchemaReference(type.Name, document))],
        };
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Messenger client API",
            Version = Name,
            Description = "What a browser interface or a script asks of its own node. Programs send 'Authorization: Bearer TOKEN' (messenger token add NAME); "
                + "browsers a session cookie and, on every call that is not a GET, the header X-Antiforgery from GET /api/v1/session. Times are ISO 8601 in UTC, ids and cursors opaque.",
        };

        // The address under which the document was asked for says nothing about the API.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A named token of the owner." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
    }
}

/// <summary>What is wrong (RFC 9457).</summary>
/// <param name="Type">Kind of the problem by its status.</param>
/// <param name="Title">Name of the status.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What is wrong and what to do, for people.</param>
/// <param name="Code">Stable, for programs.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code);
