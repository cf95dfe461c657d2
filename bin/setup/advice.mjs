/** Common errors of npm, pip and compilers, with the fix. The first matching pattern is used. */
const known = [
  [/ENOSPC|No space left on device/i, "free some disk space (ELBO_LAB_CACHE=/some/folder moves the shared downloads)"],
  [
    /EDQUOT|Disk quota exceeded/i,
    "free some of your disk quota (ELBO_LAB_CACHE=/some/folder moves the shared downloads)",
  ],
  [
    /ENOTEMPTY|EBUSY|ETXTBSY/,
    "close the programs that use this folder (an editor's language server, JupyterLab, another install), then run this again",
  ],
  [/EROFS|Read-only file system/i, "use a copy of this folder on a disk that can be written to"],
  [
    /\bEACCES\b|\bEPERM\b|Permission denied/i,
    "make the folder named above writable for you (a file that root made there can be removed with sudo)",
  ],
  [/EMFILE|ENFILE|Too many open files/i, "raise the limit of open files (ulimit -n 4096), then run this again"],
  [/ENOMEM|Cannot allocate memory|Killed|SIGKILL/, "close other programs, because this machine ran out of memory"],
  [
    /E401|E403|\b401\b|\b403\b|ENEEDAUTH/,
    "the registry asks for a login, or forbids the package: check the settings of the mirror or its token",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|certificate verify failed/i,
    "tell the tool about your network's certificate: NODE_EXTRA_CA_CERTS for Node, cafile for npm, PIP_CERT for pip",
  ],
  [/EINTEGRITY/, "run `npm cache clean --force`, then this again; if it repeats, a proxy alters downloads"],
  [
    /DO NOT MATCH THE HASHES/i,
    "run `python3 -m pip cache purge`, then this again; if it repeats, a proxy alters downloads",
  ],
  [
    /EUSAGE|can only install packages when your package\.json/,
    "restore the two files: git checkout package.json package-lock.json",
  ],
  [
    /E404|\b404\b|ETARGET|No matching distribution|Could not find a version/i,
    "the registry or mirror lacks this package: use one that is complete, or a platform and Python version that are supported",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|network|timed? ?out|NewConnectionError|fetch failed|resolve host|Temporary failure/i,
    "check the network and the proxy settings, then run this again; finished downloads are kept",
  ],
];

/**
 * The advice for an error.
 *
 * @param {string} output what the failed tool printed
 * @param {string} otherwise the advice for an unknown error
 */
export const advice = (output, otherwise = "see the reason above, then run this again") =>
  known.find(([pattern]) => pattern.test(output))?.[1] ?? otherwise;
