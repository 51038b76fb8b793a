using System.Net;
using Messenger.Node.Docs;
using Messenger.Node.Tests.Gui;
using Microsoft.OpenApi;

namespace Messenger.Node.Tests.Docs;

public sealed class DocsTests
{
    [Fact]
    public async Task The_api_is_the_one_that_was_approved()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Api", "openapi.approved.json"));

        var actual = (await gui.GetAsync("/openapi/v1.json")).Text;

        Assert.True(
            approved == actual,
            "The client API has changed. When that is meant, copy artifacts/openapi/messenger-v1.json over tests/Messenger.Node.Tests/Api/openapi.approved.json.");
    }

    [Fact]
    public async Task The_page_shows_every_call_to_anyone_without_scripts()
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var page = await gui.GetAsync("/docs");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
        Assert.Contains("PUT /api/v1/contacts/{id}/messages/{uuid}", page.Text, StringComparison.Ordinal);
        Assert.Contains("GET /api/v1/events", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("text/css", (await gui.GetAsync("/docs.css")).MediaType);
    }

    [Fact]
    public void Every_text_of_the_document_is_encoded()
    {
        const string hostile = "<img src=x onerror=alert(1)>\"'";
        var schema = new OpenApiSchema
        {
            Description = hostile,
            Enum = [hostile],
            Properties = new Dictionary<string, IOpenApiSchema> { [hostile] = new OpenApiSchema { Description = hostile, Format = hostile } },
        };
        var document = new OpenApiDocument
        {
            Info = new() { Title = hostile, Description = hostile },
            Paths = new() { ["/" + hostile] = new OpenApiPathItem { Operations = new() { [HttpMethod.Get] = Operation(hostile, schema) } } },
            Components = new() { Schemas = new Dictionary<string, IOpenApiSchema> { [hostile] = schema } },
        };

        Assert.DoesNotContain("<img", DocsPage.Render(document), StringComparison.Ordinal);
    }

    private static OpenApiOperation Operation(string hostile, OpenApiSchema schema) => new()
    {
        Summary = hostile,
        Description = hostile,
        Parameters = [new OpenApiParameter { Name = hostile, Description = hostile, Schema = schema }],
        Responses = new()
        {
            [hostile] = new OpenApiResponse { Description = hostile, Content = new Dictionary<string, OpenApiMediaType> { [hostile] = new() { Schema = schema } } },
        },
    };
}
