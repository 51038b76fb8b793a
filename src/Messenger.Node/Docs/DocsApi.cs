namespace Messenger.Node.Docs;

/// <summary>The description of the client API, for programs at <c>/openapi/v1.json</c> and for people at <c>/docs</c>. It tells nothing about the node, so anyone may read it.</summary>
internal static class DocsApi
{
    public static void MapDocs(this WebApplication app)
    {
        var docs = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        docs.MapGet($"/openapi/{ApiDocument.Name}.json", async (CancellationToken cancel) =>
            TypedResults.Text(await ApiDocument.WriteAsync(app.Services, cancel), "application/json"));
        docs.MapGet("/docs", async (CancellationToken cancel) =>
            TypedResults.Text(DocsPage.Render(await ApiDocument.GetAsync(app.Services, cancel)), "text/html"));
        docs.MapGet(DocsPage.StyleSheet, () => TypedResults.Text(DocsPage.Styles, "text/css"));
    }
}
