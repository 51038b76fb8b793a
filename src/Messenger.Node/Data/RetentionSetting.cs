using Messenger.Storage.Accounts;

namespace Messenger.Node.Data;

/// <summary>For how long the owner wants messages kept; the default is for ever.</summary>
internal sealed class RetentionSetting(AccountStore accounts) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0, 1);

    /// <summary>Raised on the thread of whoever changes it, with the new number of days; must not block.</summary>
    public event Action<int?>? Changed;

    /// <summary>In days; null is for ever.</summary>
    public int? Days => accounts.KeepDays();

    /// <summary>Sets it; what is too old by it is erased from now on.</summary>
    /// <param name="days">Valid by <see cref="Domain.Contacts.Retention.IsValid"/>; null for ever.</param>
    public void Set(int? days)
    {
        accounts.SetKeepDays(days);
        Changed?.Invoke(days);
        lock (_changed)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    /// <summary>Waits for the next change. One waits at a time.</summary>
    public Task ChangedAsync(CancellationToken cancel) => _changed.WaitAsync(cancel);

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();
}
