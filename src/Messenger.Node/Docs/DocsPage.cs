using System.Net;
using System.Text;
using Microsoft.OpenApi;

namespace Messenger.Node.Docs;

/// <summary>An OpenAPI document as a readable page: plain HTML without scripts, so that it needs no exception from the content security policy.</summary>
internal static class DocsPage
{
    /// <summary>Where the page expects its style sheet.</summary>
    public const string StyleSheet = "/docs.css";

    /// <summary>The style sheet.</summary>
    public const string Styles =
        """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
        code { font-family: ui-monospace, monospace; }
        section { border-top: 1px solid #8886; padding: .5rem 0; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
        dd { margin: 0; }
        .kind { opacity: .7; }
        """;

    /// <summary>Renders a document. Every text of it is encoded.</summary>
    public static string Render(OpenApiDocument document)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append($"<title>{Text(document.Info.Title)}</title><link rel=\"stylesheet\" href=\"{StyleSheet}\"></head><body><h1>{Text(document.Info.Title)}</h1>");
        html.Append($"<p>{Text(document.Info.Description)}</p><p><a href=\"/openapi/{ApiDocument.Name}.json\">OpenAPI 3.1 document</a></p>");
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                Operation(html, $"{method} {path}", operation);
            }
        }

        html.Append("<h2>Types</h2>");
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            html.Append($"<section id=\"{Text(name)}\"><h3>{Text(name)}</h3><p>{Text(schema.Description)}</p>");
            Rows(html, (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(property => (property.Key, Kind(property.Value), property.Value.Description)));
            html.Append(schema.Enum is { Count: > 0 } ? $"<p>{Kind(schema)}</p>" : "").Append("</section>");
        }

        return html.Append("</body></html>").ToString();
    }

    private static void Operation(StringBuilder html, string title, OpenApiOperation operation)
    {
        html.Append($"<section><h3><code>{Text(title)}</code></h3><p>{Text(operation.Summary)}. {Text(operation.Description)}</p>");
        Rows(html, (operation.Parameters ?? []).Select(parameter => (parameter.Name ?? "", Kind(parameter.Schema), parameter.Description)));
        Rows(html, Contents(operation.RequestBody?.Content).Select(content => ("body", content, operation.RequestBody?.Description)));
        Rows(html, (operation.Responses ?? []).SelectMany(response =>
            Contents(response.Value.Content).DefaultIfEmpty("").Select(content => (response.Key, content, response.Value.Description))));
        html.Append("</section>");
    }

    private static IEnumerable<string> Contents(IDictionary<string, OpenApiMediaType>? contents) =>
        contents?.Select(content => $"{Text(content.Key)} {Kind(content.Value.Schema)}") ?? [];

    // The kinds come encoded, because they may be links; names and descriptions do not.
    private static void Rows(StringBuilder html, IEnumerable<(string Name, string Kind, string? Description)> rows)
    {
        html.Append("<dl>");
        foreach (var (name, kind, description) in rows)
        {
            html.Append($"<dt><code>{Text(name)}</code></dt><dd><span class=\"kind\">{kind}</span> {Text(description)}</dd>");
        }

        html.Append("</dl>");
    }

    private static string Kind(IOpenApiSchema? schema) => schema switch
    {
        null => "",
        OpenApiSchemaReference { Reference.Id: { } id } => $"<a href=\"#{Text(id)}\">{Text(id)}</a>",
        { Items: { } items } => $"list of {Kind(items)}",
        { AdditionalProperties: { } values } => $"map to {Kind(values)}",
        { Enum: { Count: > 0 } values } => Text(string.Join(" | ", values.Select(value => value?.ToString()))),
        { OneOf: { Count: > 0 } choices } => string.Join(" or ", choices.Select(Kind)),
        _ => Text($"{schema.Type?.ToString().ToLowerInvariant()} {schema.Format}"),
    };

    private static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");
}
