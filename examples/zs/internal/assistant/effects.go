package assistant

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
)

// What an action does.
const (
	reads    = "reads"
	changes  = "changes"
	destroys = "destroys"
)

// destructive are words in the names of actions that take something away for good although the
// catalogue knows of no resource that they delete, or that run whatever they are given.
var destructive = regexp.MustCompile(`(Delete|Destroy|Expunge|Remove|Reimage|Revert|Reset|Restore|Clean|Cleanup|Terminate|Withdraw|Unregister|Uninstall|Unprotect|Ungenerate|Revoke|Undo|Shrink|Reclaim|Merge|Detach|PowerOff|Shutdown|Demote|Failover|Takeover|Eject|Execute|Command|Script|Shell|GC|StopAll)([A-Z]|$)`)

// harmless have such a word by chance.
var harmless = map[string]bool{"SetVmCleanTraffic": true}

// alsoDestructive have no such word. They overwrite data, run code, hold other actions that they
// run later, or change what deletion means.
var alsoDestructive = setOf(`
	AddModelService AddSchedulerJobToSchedulerTrigger ApplyTemplateConfig CancelLongJob
	ChangeTicketStatus ChangeVmImage CloneModelService CreateResourceStack
	CreateResourceStackFromApp CreateSchedulerJob CreateTicket DisableCbtTask DisableCdpTask
	InstallSoftwarePackage MountBlockDevice RecoverDatabaseFromBackup RecoverResourceSplitBrain
	RestartResourceStack ResumeLongJob RunSchedulerTrigger SetIAM2ProjectRetirePolicy
	SetSecurityMachineKey SetVmUserDefinedXml SyncAccountsFromLdapServer UpdateClusterOS
	UpdateGlobalConfig UpdateModelService UpdateResourceConfig UpdateResourceConfigs
	UpdateResourceStack UpdateSchedulerJob UpdateStackTemplate UpdateTemplateConfig
	UpdateTicketRequest UploadFileToVm UploadSoftwarePackageToVm
`)

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}

// refused are not for assistants: what they hold or return goes past the brakes.
var refused = map[string]string{
	"SubmitLongJob":                    "call the action itself: run waits for it, however long it takes",
	"RerunLongJob":                     "call the action of the long job itself",
	"ZQLQuery":                         "its rows come with their secrets; use query",
	"BatchQuery":                       "its rows come with their secrets; use query",
	"ValidatePassword":                 "it tells whether a password is right",
	"GetTwoFactorAuthenticationSecret": "it makes a secret where there is none",
}

// refusal says why an action is not for assistants; empty where it is.
func refusal(e registry.Entry) string {
	if reason := refused[kinds.Short(e)]; reason != "" {
		return reason
	}
	if strings.HasPrefix(strings.ToLower(e.Name()), "login") {
		return "it opens a session, which is a secret"
	}
	return ""
}

func effectOf(e registry.Entry) string {
	info := e.Info()
	switch {
	case info.Reads || info.Query:
		return reads
	case harmless[kinds.Short(e)]:
		return changes
	case e.Describe().Deletes != nil, info.Method == "DELETE", destructive.MatchString(kinds.Short(e)), alsoDestructive[kinds.Short(e)]:
		return destroys
	}
	return changes
}

// lookup finds an action that is for assistants.
func lookup(name string) (registry.Entry, error) {
	entry, found := kinds.Action(name)
	if !found {
		names := kinds.SuggestActions(name)
		if len(names) == 0 {
			return entry, fmt.Errorf("there is no action %q; search_actions finds actions by words", name)
		}
		return entry, fmt.Errorf("there is no action %q; there are %s", name, strings.Join(names, ", "))
	}
	if reason := refusal(entry); reason != "" {
		return entry, fmt.Errorf("%s is not for assistants: %s", kinds.Short(entry), reason)
	}
	return entry, nil
}
