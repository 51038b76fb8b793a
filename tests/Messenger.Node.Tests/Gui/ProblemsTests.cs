using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Messenger.Node.Tests.Gui;

public sealed class ProblemsTests
{
    [Theory]
    [InlineData("GET", "/nothing", 404, "not_found")]
    [InlineData("GET", "/api/v1/nothing", 404, "not_found")]
    [InlineData("PUT", "/api/v1/tokens", 405, "method_not_allowed")]
    [InlineData("DELETE", "/api/v1/tokens/none", 404, "no_such_token")]
    [InlineData("DELETE", "/api/v1/tokens/%ED%A0%80", 404, "no_such_token")]
    public async Task A_call_that_leads_nowhere_is_a_problem_with_a_code(string method, string path, int status, string code)
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var answer = await gui.SendAsync(new(method), path, null, ("Authorization", "Bearer " + gui.AddToken()));

        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("", "bad_json")]
    [InlineData("null", "bad_json")]
    [InlineData("[", "bad_json")]
    [InlineData("[]", "bad_json")]
    [InlineData("\"text\"", "bad_json")]
    [InlineData("{}", "bad_json")]
    [InlineData("""{"name": null}""", "bad_json")]
    [InlineData("""{"name": 1}""", "bad_json")]
    [InlineData("""{"name": {"a": 1}}""", "bad_json")]
    [InlineData("""{"Name": "case matters"}""", "bad_json")]
    [InlineData("""{"name": "a", "name": "b"}""", "bad_json")]
    [InlineData("""{"name": "a"} trailing""", "bad_json")]
    [InlineData("""{"name": "\ud800"}""", "bad_json")]
    [InlineData("""{"name": "\u0000"}""", "bad_name")]
    [InlineData("""{"name": ""}""", "bad_name")]
    [InlineData("""{"name": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "bad_name")]
    [InlineData("""{"x": [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]], "name": "deep"}""", "bad_json")]
    public async Task A_body_that_is_not_what_is_expected_is_a_400(string body, string code)
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var answer = await PostAsync(gui, Encoding.UTF8.GetBytes(body), "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(code, answer.Code);
    }

    [Fact]
    public async Task A_body_in_broken_utf8_is_a_400()
    {
        await using var gui = await GuiUnderTest.StartAsync();

        Assert.Equal("bad_json", (await PostAsync(gui, [.. "{\"name\": \""u8, 0xff, .. "\"}"u8], "application/json")).Code);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    [InlineData("application/json; charset=klingon")]
    public async Task A_body_of_another_type_is_a_415(string? type)
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var answer = await PostAsync(gui, "{}"u8.ToArray(), type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("not_json", answer.Code);
    }

    [Fact]
    public async Task A_body_above_256_KiB_is_a_413()
    {
        await using var gui = await GuiUnderTest.StartAsync();

        Assert.Equal("too_large", (await PostAsync(gui, new byte[256 * 1024 + 1], "application/json")).Code);
    }

    [Fact]
    public async Task An_unknown_caller_learns_nothing_about_what_is_there()
    {
        await using var gui = await GuiUnderTest.StartAsync();

        foreach (var path in new[] { "/api/v1/tokens", "/api/v1/none", "/none" })
        {
            Assert.Equal("not_signed_in", (await gui.GetAsync(path)).Code);
        }
    }

    private static async Task<GuiUnderTest.Answer> PostAsync(GuiUnderTest gui, byte[] body, string? type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return await gui.SendAsync(HttpMethod.Post, "/api/v1/tokens", content, ("Authorization", "Bearer " + gui.AddToken()));
    }
}
