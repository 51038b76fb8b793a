using System.Net;
using Messenger.Node.Gui;

namespace Messenger.Node.Tests.Gui;

public sealed class SignInTests
{
    [Fact]
    public async Task A_link_signs_one_browser_in()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var token = gui.NewLinkToken();

        var first = await SignInAsync(gui, new { token });
        var second = await SignInAsync(gui, new { token });

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("sign_in_refused", second.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, second.Status);
    }

    [Fact]
    public async Task Of_many_browsers_at_once_a_link_signs_one_in()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var token = gui.NewLinkToken();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SignInAsync(gui, new { token })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_works_for_ten_minutes()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (early, late) = (gui.NewLinkToken(), gui.NewLinkToken());

        gui.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(gui, new { token = early })).Status);

        gui.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("sign_in_refused", (await SignInAsync(gui, new { token = late })).Code);
    }

    [Fact]
    public async Task The_cookie_is_for_this_port_hidden_from_scripts_and_strict()
    {
        await using var gui = await GuiUnderTest.StartAsync();

        var cookie = (await SignInAsync(gui, new { token = gui.NewLinkToken() })).SetCookie!;

        Assert.StartsWith($"messenger-{gui.Url.Port}=", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"; max-age={90 * 24 * 3600}", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_session_ends_after_ninety_days_without_use_and_slides_with_use()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (cookie, _) = await gui.SignInAsync();

        gui.Time.Advance(TimeSpan.FromDays(89));
        var used = await gui.GetAsync("/api/v1/session", ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, used.Status);
        Assert.StartsWith(cookie, used.SetCookie, StringComparison.Ordinal);

        gui.Time.Advance(TimeSpan.FromDays(89));
        Assert.Equal(HttpStatusCode.OK, (await gui.GetAsync("/api/v1/session", ("Cookie", cookie))).Status);

        gui.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(HttpStatusCode.Unauthorized, (await gui.GetAsync("/api/v1/session", ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (cookie, antiforgery) = await gui.SignInAsync();

        var answer = await gui.SendAsync(HttpMethod.Delete, "/api/v1/session", null, ("Cookie", cookie), ("X-Antiforgery", antiforgery));

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gui.GetAsync("/api/v1/session", ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task A_browser_sees_the_others_and_can_sign_them_out()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var (mine, antiforgery) = await gui.SignInAsync();
        var (other, _) = await gui.SignInAsync();

        var sessions = (await gui.GetAsync("/api/v1/sessions", ("Cookie", mine))).Json.GetProperty("sessions").EnumerateArray().ToList();
        var id = Assert.Single(sessions, session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        var ended = await gui.SendAsync(HttpMethod.Delete, $"/api/v1/sessions/{id}", null, ("Cookie", mine), ("X-Antiforgery", antiforgery));
        var again = await gui.SendAsync(HttpMethod.Delete, $"/api/v1/sessions/{id}", null, ("Cookie", mine), ("X-Antiforgery", antiforgery));

        Assert.Equal(2, sessions.Count);
        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Assert.Equal("no_such_session", again.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gui.GetAsync("/api/v1/session", ("Cookie", other))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gui.GetAsync("/api/v1/session", ("Cookie", mine))).Status);
    }

    [Fact]
    public async Task The_password_signs_in_and_a_new_one_signs_everybody_out()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        Assert.Equal("sign_in_refused", (await SignInAsync(gui, new { password = "" })).Code);
        gui.Accounts.SetPassword(PasswordHash.Create("correct horse"));

        var wrong = await SignInAsync(gui, new { password = "correct cow" });
        var right = await SignInAsync(gui, new { password = "correct horse" });
        gui.Accounts.SetPassword(PasswordHash.Create("another horse"));
        var after = await gui.GetAsync("/api/v1/session", ("Cookie", right.SetCookie!.Split(';')[0]));

        Assert.Equal("sign_in_refused", wrong.Code);
        Assert.Equal(HttpStatusCode.OK, right.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, after.Status);
    }

    [Fact]
    public async Task The_eleventh_attempt_within_a_minute_has_to_wait_whoever_makes_it()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("sign_in_refused", (await SignInAsync(gui, new { token = "guess" })).Code);
            gui.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var refused = await SignInAsync(gui, new { token = gui.NewLinkToken() });
        gui.Time.Advance(TimeSpan.FromSeconds(50));
        var allowed = await SignInAsync(gui, new { token = gui.NewLinkToken() });
        var refusedAgain = await SignInAsync(gui, new { token = "guess" });

        Assert.Equal("too_many_sign_ins", refused.Code);
        Assert.Equal("50", refused.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, allowed.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, refusedAgain.Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token": null}""")]
    [InlineData("""{"token": "a", "password": "b"}""")]
    public async Task Either_a_token_or_a_password_is_expected(string body)
    {
        await using var gui = await GuiUnderTest.StartAsync();

        Assert.Equal("bad_request", (await gui.SendAsync(HttpMethod.Post, "/api/v1/session", body)).Code);
    }

    [Fact]
    public async Task A_bearer_token_works_until_it_is_revoked()
    {
        await using var gui = await GuiUnderTest.StartAsync();
        var owner = ("Authorization", "Bearer " + gui.AddToken("owner"));

        var made = await gui.SendAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "script" }, owner);
        var script = ("Authorization", "bearer " + made.Json.GetProperty("token").GetString());
        var before = await gui.GetAsync("/api/v1/tokens", script);
        var duplicate = await gui.SendAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "script" }, owner);
        var revoked = await gui.SendAsync(HttpMethod.Delete, $"/api/v1/tokens/{made.Json.GetProperty("id").GetString()}", null, owner);
        var after = await gui.GetAsync("/api/v1/tokens", script);

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.DoesNotContain(script.Item2[7..], before.Text, StringComparison.Ordinal);
        Assert.Equal("token_refused", duplicate.Code);
        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        Assert.Equal("not_signed_in", after.Code);
    }

    [Fact]
    public async Task A_bearer_token_has_no_session_but_can_make_a_link()
    {
        await using var gui = await GuiUnderTest.StartAsync(options => options with { GuiUrl = new("http://localhost:8080/") });
        var owner = ("Authorization", "Bearer " + gui.AddToken());

        var link = (await gui.SendAsync(HttpMethod.Post, "/api/v1/session/link", null, owner)).Json.GetProperty("url").GetString()!;

        Assert.StartsWith("http://localhost:8080/#t=", link, StringComparison.Ordinal);
        Assert.Equal("no_session", (await gui.GetAsync("/api/v1/session", owner)).Code);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(gui, new { token = link.Split("#t=")[1] })).Status);
    }

    private static Task<GuiUnderTest.Answer> SignInAsync(GuiUnderTest gui, object body) => gui.SendAsync(HttpMethod.Post, "/api/v1/session", body);
}
