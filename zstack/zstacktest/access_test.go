package zstacktest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestAnOrdinaryAccount sees and changes nothing of others, unless it is shared, on each release as
// that was recorded.
func TestAnOrdinaryAccount(t *testing.T) {
	t.Parallel()
	for release, tt := range map[string]struct {
		denied, notOwner string
		seesZones        bool
	}{
		"5.2.1": {"ID.1002", "SYS.1006", false}, "5.3.20": {"ID.1002", "SYS.1006", false}, "zsvirt-1.0.0": {"SYS.1019", "SYS.1019", true},
	} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New(zstacktest.WithRelease(release), zstacktest.WithSite())
			admin := connect(t, node)
			image := node.Site().ImageUUID
			account, err := actions.CreateAccountAction{Name: "a", Password: types.Secret(zstack.HashPassword("p"))}.Call(t.Context(), admin)
			require.NoError(t, err)
			c, err := zstack.NewClient("http://mn:8080", zstack.WithHTTPClient(&http.Client{Transport: node}), zstack.WithCredentials(zstack.Account("a", "p")))
			require.NoError(t, err)

			count := func(q interface {
				zstack.Action
			}) int64 {
				n, err := c.Count(t.Context(), q)
				require.NoError(t, err)
				return n
			}
			require.Zero(t, count(actions.QueryImageAction{}))
			require.Equal(t, tt.seesZones, count(actions.QueryZoneAction{}) > 0)
			_, err = actions.CreateZoneAction{Name: "z"}.Call(t.Context(), c)
			require.ErrorContains(t, err, tt.denied)
			_, err = actions.UpdateImageAction{UUID: image, Name: new("stolen")}.Call(t.Context(), c)
			require.ErrorContains(t, err, tt.notOwner)
			require.NotEqual(t, "stolen", node.Get("Image", image)["name"])

			_, err = actions.ShareResourceAction{ResourceUUIDs: []string{image}, AccountUUIDs: []string{account.Inventory.UUID}}.Call(t.Context(), admin)
			require.NoError(t, err)
			require.EqualValues(t, 1, count(actions.QueryImageAction{}))
			_, err = actions.RevokeResourceSharingAction{ResourceUUIDs: []string{image}, AccountUUIDs: []string{account.Inventory.UUID}}.Call(t.Context(), admin)
			require.NoError(t, err)
			require.Zero(t, count(actions.QueryImageAction{}))

			_, err = actions.DeleteAccountAction{UUID: account.Inventory.UUID}.Call(t.Context(), admin)
			require.NoError(t, err)
			_, err = actions.QueryImageAction{}.Count(t.Context(), c)
			require.Error(t, err, "the session is gone with the account")
		})
	}
}

// TestQuotas: what goes beyond an account's quota is refused.
func TestQuotas(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithSite())
	admin, site := connect(t, node), node.Site()
	account, err := actions.CreateAccountAction{Name: "a", Password: types.Secret(zstack.HashPassword("p"))}.Call(t.Context(), admin)
	require.NoError(t, err)
	uuid := account.Inventory.UUID
	_, err = actions.ShareResourceAction{ResourceUUIDs: []string{site.ImageUUID, site.L3NetworkUUID, site.InstanceOfferingUUID}, AccountUUIDs: []string{uuid}}.
		Call(t.Context(), admin)
	require.NoError(t, err)
	_, err = actions.UpdateQuotaAction{IdentityUUID: uuid, Name: "vm.num", Value: new(int64(1))}.Call(t.Context(), admin)
	require.NoError(t, err)
	c, err := zstack.NewClient("http://mn:8080", zstack.WithHTTPClient(&http.Client{Transport: node}), zstack.WithCredentials(zstack.Account("a", "p")))
	require.NoError(t, err)
	create := actions.CreateVmInstanceAction{Name: "v", ImageUUID: &site.ImageUUID, InstanceOfferingUUID: &site.InstanceOfferingUUID, L3NetworkUUIDs: []string{site.L3NetworkUUID}}
	_, err = create.Call(t.Context(), c)
	require.NoError(t, err)
	_, err = create.Call(t.Context(), c)
	require.ErrorContains(t, err, "ID.1003")
	usage, err := actions.GetAccountQuotaUsageAction{UUID: uuid}.Call(t.Context(), admin)
	require.NoError(t, err)
	for _, u := range usage.Usages {
		if u.Name == "vm.num" {
			require.EqualValues(t, 1, u.Total)
			require.EqualValues(t, 1, u.Used)
		}
	}
}
