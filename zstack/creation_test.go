package zstack_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// newZone creates something that a query settles.
type newZone struct {
	Name         string  `json:"name" zstack:"required"`
	ResourceUUID *string `json:"resourceUuid,omitzero"`

	info *zstack.ActionInfo // replaces the usual one
}

var newZoneInfo = zstack.ActionInfo{
	Name: "CreateZoneAction", Method: "POST", Path: "/zones", Body: "params", Async: true, Session: true,
	ResourceUUID: "resourceUuid", SettledBy: &queryZoneInfo,
}

var queryZoneInfo = zstack.ActionInfo{Name: "QueryZoneAction", Method: "GET", Path: "/zones", Session: true, Query: true}

func (a newZone) ActionInfo() *zstack.ActionInfo {
	if a.info != nil {
		return a.info
	}
	return &newZoneInfo
}

type zoneResult struct {
	Inventory *types.ZoneInventory `json:"inventory"`
}

// namelessZone has no parameter for the uuid.
type namelessZone struct {
	Name string `json:"name" zstack:"required"`
}

func (namelessZone) ActionInfo() *zstack.ActionInfo { return &newZoneInfo }

// sphereZone has one on ZSphere only.
type sphereZone struct {
	Name         string  `json:"name" zstack:"required"`
	ResourceUUID *string `json:"resourceUuid,omitzero" zstack:"on=zsphere"`
}

func (sphereZone) ActionInfo() *zstack.ActionInfo { return &newZoneInfo }

// variantOf is the usual creation, changed.
func variantOf(change func(*zstack.ActionInfo)) *zstack.ActionInfo {
	info := newZoneInfo
	change(&info)
	return &info
}

var aResourceUUID = regexp.MustCompile(`^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$`)

// resourceIn is the uuid that a creation asks for.
func resourceIn(t *testing.T, body string) string {
	t.Helper()
	var sent struct {
		Params struct {
			ResourceUUID string `json:"resourceUuid"`
		} `json:"params"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &sent))
	return sent.Params.ResourceUUID
}

// resourceOf is the uuid that a call of an action asks for.
func resourceOf(t *testing.T, a zstack.Action, job string, options ...zstack.Option) string {
	t.Helper()
	rec := record(always(200, "{}"))
	require.NoError(t, clientOf(t, rec, options...).Call(t.Context(), a, nil, zstack.WithJobUUID(job)))
	return resourceIn(t, rec.only(t).text)
}

func TestCreationsCarryAUUID(t *testing.T) {
	t.Parallel()
	const own = "9ae0d3f2c1b845679abcdef012345678"
	for name, test := range map[string]struct {
		action  zstack.Action
		options []zstack.Option
		want    string // "new" for one of the client's
	}{
		"unset":                        {newZone{Name: "z"}, nil, "new"},
		"the caller's":                 {newZone{Name: "z", ResourceUUID: new(own)}, nil, own},
		"the caller's, whatever it is": {newZone{Name: "z", ResourceUUID: new("x")}, nil, "x"},
		"turned off":                   {newZone{Name: "z"}, []zstack.Option{zstack.WithoutResourceUUIDs()}, ""},
		"turned off, the caller's":     {newZone{Name: "z", ResourceUUID: new(own)}, []zstack.Option{zstack.WithoutResourceUUIDs()}, own},
		"no such parameter":            {namelessZone{Name: "z"}, nil, ""},
		"not on this product":          {sphereZone{Name: "z"}, nil, ""},
		"on this product":              {sphereZone{Name: "z"}, []zstack.Option{zstack.WithProduct(zstack.ZSphere)}, "new"},
		"creates nothing":              {newZone{Name: "z", info: variantOf(func(i *zstack.ActionInfo) { i.ResourceUUID = "" })}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := resourceOf(t, test.action, jobUUID, test.options...)
			if test.want == "new" {
				require.Regexp(t, aResourceUUID, got)
			} else {
				require.Equal(t, test.want, got)
			}
		})
	}
}

func TestTheUUIDOfACreationFollowsFromJobAndAction(t *testing.T) {
	t.Parallel()
	first := resourceOf(t, newZone{Name: "a"}, jobUUID)
	require.Equal(t, first, resourceOf(t, newZone{Name: "b"}, jobUUID))
	require.NotEqual(t, first, resourceOf(t, newZone{Name: "a"}, vmUUID))
	other := variantOf(func(i *zstack.ActionInfo) { i.Name = "CreateClusterAction" })
	require.NotEqual(t, first, resourceOf(t, newZone{Name: "a", info: other}, jobUUID))
}

func TestARepetitionAfterALoginAsksForTheSameResource(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"refused at once": 0, "refused by the job": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New(zstacktest.WithJobDelay(delay))
				rec := record(node)
				c := accountClient(t, rec)
				require.NoError(t, c.Call(t.Context(), listVMs, nil))
				node.ExpireSessions()
				var result zoneResult
				require.NoError(t, c.Call(t.Context(), newZone{Name: "z"}, &result))
				var resources, jobs []string
				for _, r := range rec.requests() {
					if strings.HasSuffix(r.URL.Path, "/zones") && r.Method == http.MethodPost {
						resources, jobs = append(resources, resourceIn(t, r.text)), append(jobs, r.Header.Get("X-Job-UUID"))
					}
				}
				require.Len(t, resources, 2)
				require.Equal(t, resources[0], resources[1])
				require.NotEqual(t, jobs[0], jobs[1])
				require.Equal(t, resources[0], result.Inventory.UUID)
			})
		})
	}
}

func TestNewUUIDsAreOfVersion4(t *testing.T) {
	t.Parallel()
	for name, made := range map[string]func() string{"NewJobUUID": zstack.NewJobUUID, "NewUUID": zstack.NewUUID} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(map[string]bool)
			for range 1000 {
				uuid := made()
				require.Regexp(t, aResourceUUID, uuid)
				require.False(t, seen[uuid])
				seen[uuid] = true
			}
		})
	}
}
