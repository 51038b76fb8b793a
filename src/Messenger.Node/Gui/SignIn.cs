using Messenger.Node.Configuration;
using Messenger.Storage.Accounts;

namespace Messenger.Node.Gui;

/// <summary>A login link, to be opened once.</summary>
/// <param name="Url">The page with the token in the fragment, which browsers keep out of requests, logs and referrers.</param>
/// <param name="ExpiresAt">When it ceases to work, UTC.</param>
internal sealed record LoginLink(string Url, DateTimeOffset ExpiresAt);

/// <summary>Signs browsers in: by a one-time link or by the owner's password.</summary>
internal sealed class SignIn(AccountStore accounts, NodeOptions options, TimeProvider time) : IDisposable
{
    private const int MaxLabelLength = 200;
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(10);

    // Each check of a password takes 64 MiB.
    private readonly SemaphoreSlim _oneCheck = new(1);

    /// <summary>Makes a link that signs in one browser within ten minutes.</summary>
    public LoginLink NewLink()
    {
        var now = time.GetUtcNow();
        var token = Secret.New();
        accounts.AddLink(Secret.Hash(token), now, now + LinkLifetime);
        var url = options.GuiUrl ?? new Uri($"http://{options.GuiLocal}/");
        return new($"{url}#t={token}", now + LinkLifetime);
    }

    /// <summary>Uses a link's token up.</summary>
    /// <returns>False when it is unknown, used or expired.</returns>
    public bool UseLink(string token) => accounts.UseLink(Secret.Hash(token), time.GetUtcNow());

    /// <summary>Whether this is the owner's password; false when none is set.</summary>
    public async Task<bool> IsPasswordAsync(string password, CancellationToken cancel)
    {
        if (password.Length > PasswordHash.MaxLength || accounts.PasswordHash() is not { } hash)
        {
            return false;
        }

        await _oneCheck.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => PasswordHash.Verify(password, hash), cancel);
        }
        finally
        {
            _oneCheck.Release();
        }
    }

    /// <summary>Begins a session.</summary>
    /// <param name="userAgent">What the browser calls itself.</param>
    /// <returns>The secret for its cookie, and the session.</returns>
    public (string Secret, Session Session) Begin(string userAgent)
    {
        var now = time.GetUtcNow();
        var secret = Secret.New();
        var label = userAgent.Length > MaxLabelLength ? userAgent[..MaxLabelLength] : userAgent;
        var session = new Session(Secret.NewId(), label, now, now, now + SessionCookie.Lifetime);
        accounts.AddSession(Secret.Hash(secret), session);
        return (secret, session);
    }

    /// <inheritdoc/>
    public void Dispose() => _oneCheck.Dispose();
}
