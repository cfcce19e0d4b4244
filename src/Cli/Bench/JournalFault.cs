using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench;

/// <summary>A journal that cannot be used ends a bench with the line that it gives.</summary>
static class JournalFault
{
    /// <summary>What the work comes to.</summary>
    /// <exception cref="StyleFarmException">The journal cannot be used.</exception>
    public static async Task<T> ToldAsync<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (JournalException e)
        {
            throw StyleFarmException.BadInput(e.Message, e);
        }
    }
}
