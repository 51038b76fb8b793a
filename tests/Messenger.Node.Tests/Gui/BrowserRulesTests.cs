using System.Net;

namespace Messenger.Node.Tests.Gui;

public sealed class BrowserRulesTests
{
    [Theory]
    [InlineData("cookie", null, null, true, HttpStatusCode.Created)]
    [InlineData("cookie", null, null, false, HttpStatusCode.Forbidden)]
    [InlineData("cookie", "same-origin", null, true, HttpStatusCode.Created)]
    [InlineData("cookie", "same-origin", null, false, HttpStatusCode.Forbidden)]
    [InlineData("cookie", "same-site", null, true, HttpStatusCode.Forbidden)]
    [InlineData("cookie", "cross-site", null, true, HttpStatusCode.Forbidden)]
    [InlineData("cookie", "none", null, true, HttpStatusCode.Forbidden)]
    [InlineData("cookie", null, "self", true, HttpStatusCode.Created)]
    [InlineData("cookie", null, "null", true, HttpStatusCode.Forbidden)]
    [InlineData("cookie", null, "http://127.0.0.1:9999", true, HttpStatusCode.Forbidden)]
    [InlineData("cookie", null, "http://evil.example", true, HttpStatusCode.Forbidden)]
    [InlineData("bearer", null, null, false, HttpStatusCode.Created)]
    [InlineData("bearer", "same-origin", null, false, HttpStatusCode.Created)]
    [InlineData("bearer", "cross-site", null, false, HttpStatusCode.Forbidden)]
    [InlineData("bearer", null, "http://evil.example", false, HttpStatusCode.Forbidden)]
    [InlineData("none", null, null, false, HttpStatusCode.Unauthorized)]
    [InlineData("none", "same-origin", null, true, HttpStatusCode.Unauthorized)]
    [InlineData("none", "cross-site", null, false, HttpStatusCode.Forbidden)]
    [InlineData("wrong bearer", null, null, false, HttpStatusCode.Unauthorized)]
    [InlineData("wrong bearer with cookie", null, null, true, HttpStatusCode.Unauthorized)]
    [InlineData("wrong cookie", null, null, true, HttpStatusCode.Unauthorized)]
    public async Task A_changing_call_needs_a_known_caller_of_the_same_origin_and_by_cookie_the_antiforgery_header(
        string caller, string? site, string? origin, bool antiforgery, HttpStatusCode expected)
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (cookie, token) = await gui.SignInAsync();
        List<(string, string)> headers = caller switch
        {
            "cookie" => [("Cookie", cookie)],
            "bearer" => [("Authorization", "Bearer " + gui.AddToken())],
            "wrong bearer" => [("Authorization", "Bearer wrong")],
            "wrong bearer with cookie" => [("Authorization", "Bearer wrong"), ("Cookie", cookie)],
            "wrong cookie" => [("Cookie", cookie + "x")],
            _ => [],
        };
        if (site is not null)
        {
            headers.Add(("Sec-Fetch-Site", site));
        }

        if (origin is not null)
        {
            headers.Add(("Origin", origin == "self" ? gui.Url.GetLeftPart(UriPartial.Authority) : origin));
        }

        if (antiforgery)
        {
            headers.Add(("X-Antiforgery", token));
        }

        var answer = await gui.SendAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "new" }, [.. headers]);

        Assert.Equal(expected, answer.Status);
        Assert.Equal(expected == HttpStatusCode.Created, gui.Accounts.Tokens().Any(made => made.Name == "new"));
    }

    [Fact]
    public async Task Reading_by_cookie_needs_no_antiforgery_header()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (cookie, token) = await gui.SignInAsync();

        var answer = await gui.GetAsync("/api/v1/session", ("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(token, answer.Json.GetProperty("antiforgery").GetString());
    }

    [Fact]
    public async Task The_antiforgery_value_of_another_session_is_refused()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (cookie, _) = await gui.SignInAsync();
        var (_, foreign) = await gui.SignInAsync();

        var answer = await gui.SendAsync(HttpMethod.Delete, "/api/v1/session", null, ("Cookie", cookie), ("X-Antiforgery", foreign));

        Assert.Equal("antiforgery", answer.Code);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("127.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_foreign_host_name_reaches_nothing(string host)
    {
        await using var gui = await GuiUnderTest.StartAsync();
        (string, string)[] headers = [("Host", host), ("Authorization", "Bearer " + gui.AddToken())];

        foreach (var path in new[] { "/", "/health/live", "/api/v1/tokens" })
        {
            Assert.Equal("bad_request", (await gui.GetAsync(path, headers)).Code);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("[::1]")]
    [InlineData("router.home")]
    [InlineData("chat.example.org")]
    public async Task Loopback_and_configured_host_names_are_answered(string host)
    {
        await using var gui = await GuiUnderTest.StartAsync(
            options => options with { GuiHosts = ["router.home"], GuiUrl = new("https://chat.example.org/") });

        Assert.Equal(HttpStatusCode.OK, (await gui.GetAsync("/health/live", ("Host", host))).Status);
    }

    [Fact]
    public async Task A_page_behind_the_configured_proxy_is_of_the_same_origin_and_its_cookie_is_secure()
    {
        await using var gui = await GuiUnderTest.StartAsync(options => options with { GuiUrl = new("https://chat.example.org/") });
        object body = new { token = gui.NewLinkToken() };

        var foreign = await gui.SendAsync(HttpMethod.Post, "/api/v1/session", body, ("Host", "chat.example.org"), ("Origin", "https://evil.example"));
        var own = await gui.SendAsync(HttpMethod.Post, "/api/v1/session", body, ("Host", "chat.example.org"), ("Origin", "https://chat.example.org"));

        Assert.Equal("cross_origin", foreign.Code);
        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.Contains("secure", own.SetCookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/api/v1/tokens")]
    [InlineData("/none")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var headers = (await gui.GetAsync(path)).Headers;

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Equal("same-origin", headers["Cross-Origin-Opener-Policy"]);
        Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"]);
        Assert.Equal(path.StartsWith("/api", StringComparison.Ordinal) ? "no-store" : null, headers.GetValueOrDefault("Cache-Control"));
        Assert.DoesNotContain("Server", headers.Keys);
    }
}
