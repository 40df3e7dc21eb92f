package conformance

import (
	"slices"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// refusedUnset are the required numbers and booleans for which the reference sends
// the zero of a Java primitive that nobody set. This SDK refuses a call without them,
// so that what was forgotten is not done: the reference's SetVmQgaAction with nothing
// but a uuid switches the guest agent off. The overrides of the catalogue say so of
// each.
var refusedUnset = map[string][]string{
	"CreateAliyunProxyVSwitchAction":        {"isDefault"},
	"CreateAliyunProxyVpcAction":            {"isDefault"},
	"CreateResourcePriceAction":             {"price"},
	"CreateVpcVpnConnectionRemoteAction":    {"active"},
	"GetSchedulerExecutionReportAction":     {"startTime", "range"},
	"ResizeDataVolumeAction":                {"size"},
	"ResizeRootVolumeAction":                {"size"},
	"SetImageQgaAction":                     {"enable"},
	"SetImageStoreBackupStorageQuotaAction": {"maxCapacity"},
	"SetVmCleanTrafficAction":               {"enable"},
	"SetVmNumaAction":                       {"enable"},
	"SetVmQgaAction":                        {"enable"},
	"SetVmRDPAction":                        {"enable"},
	"SetVmUsbRedirectAction":                {"enable"},
	"UpdateLogConfigurationAction":          {"configId"},
	"UpdateOrganizationQuotaAction":         {"value"},
	"UpdateQuotaAction":                     {"value"},
}

// deviation reports whether this SDK judges a value otherwise than the reference
// did, and how.
func deviation(api *api, row judged) (accepted, deviates bool) {
	if row.Value != nil {
		return false, false
	}
	if slices.Contains(refusedUnset[row.Action], row.Param) {
		return false, true
	}
	p := api.param(row.Action, row.Param)
	// Newer servers no longer require it, and an older one says so itself.
	return true, p != nil && p.RequiredBefore != ""
}

// param returns a parameter of an action; nil when there is none.
func (a *api) param(action, name string) *catalog.Param {
	for _, p := range a.actions[action].Params {
		if p.Name == name {
			return p
		}
	}
	return nil
}
