package zstack_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// A tree is a data type that knows the server's classes, as generated ones do.
type tree struct {
	Name     string `json:"name"`
	Branches []leaf `json:"branches"`
}

// Foreign knows three classes besides the tree's own: a subtype, a parent and one
// that has nothing to do with trees.
func (*tree) Foreign(class string) bool { return class == "org.zstack.StoneInventory" }

type leaf struct {
	Name string `json:"name"`
}

func (*leaf) Foreign(class string) bool { return class != "org.zstack.LeafInventory" }

// An oak is a subtype that says nothing of its own.
type oak struct {
	tree
}

type leafResult struct {
	Inventory *leaf `json:"inventory"`
}

type treeResult struct {
	Inventory   *tree            `json:"inventory"`
	Inventories []tree           `json:"inventories"`
	ByName      map[string]*tree `json:"byName"`
	Oak         oak              `json:"oak"`
	Rows        [][]*tree        `json:"rows"`
	Count       int32            `json:"count"`
	Any         any              `json:"any"`
	Objects     map[string]any   `json:"objects"`
}

// A cut has no members, as many results of changes.
type cut struct{}

func TestAReplyToAChangeHasTheResultsMembers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   string
		result any
		field  string // what is not the result's; empty where the reply is one
	}{
		"a query's rows":                   {`{"inventories":[]}`, new(vmResult), "inventories"},
		"a query's rows with their schema": {`{"schema":{"inventories[0]":"org.zstack.header.volume.VolumeInventory"},"inventories":[{}]}`, new(vmResult), "inventories"},
		"a query's rows and their number":  {`{"schema":{},"total":0,"inventories":[]}`, new(vmResult), "total"},
		"something else":                   {`{"success":true,"currentTime":{}}`, new(vmResult), "currentTime"},
		"something of every kind":          {`{"error":null,"success":true,"schema":{},"x":null}`, new(vmResult), "x"},
		"a newer result's first member":    {`{"inventory":{"uuid":"u"},"total":1}`, new(cut), ""},
		"rows where nothing comes back":    {`{"schema":{},"inventories":[]}`, new(cut), "inventories"},
		"the result":                       {`{"inventory":{"name":"vm"}}`, new(vmResult), ""},
		"the result and more":              {`{"new":1,"inventory":{"name":"vm"},"newer":{}}`, new(vmResult), ""},
		"no result":                        {`{"inventory":null,"new":1}`, new(vmResult), ""},
		"nothing":                          {`{}`, new(vmResult), ""},
		"nothing and no schema":            {`{"schema":{}}`, new(vmResult), ""},
		"a null for a schema":              {`{"schema":null}`, new(vmResult), ""},
		"nothing but success":              {`{"success":true,"schema":{},"error":null}`, new(vmResult), ""},
		"nothing where nothing comes back": {`{"schema":{}}`, new(cut), ""},
		"one of several members":           {`{"count":1}`, new(treeResult), ""},
		"nobody's result":                  {`{"inventories":[]}`, nil, ""},
		"any result":                       {`{"inventories":[]}`, new(json.RawMessage), ""},
		"any object":                       {`{"inventories":[]}`, new(map[string]any), ""},
		"a struct that asks for nothing":   {`{"inventories":[]}`, new(struct{}), ""},
	} {
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				rec := record(always(200, test.body))
				result := test.result
				if v := reflect.ValueOf(result); v.IsValid() {
					result = reflect.New(v.Type().Elem()).Interface() // each call has one of its own
				}
				err := clientOf(t, rec).Call(t.Context(), change{method}, result)
				rec.only(t)
				if test.field == "" {
					require.NoError(t, err)
					return
				}
				require.Equal(t, 200, requireZError(t, err).Status)
				var unfit *zstack.DecodeError
				require.ErrorAs(t, err, &unfit)
				require.Equal(t, test.field, unfit.Field)
				require.ErrorContains(t, err, "lack the API")
				require.False(t, zstack.IsNotFound(err))
			})
		}
	}
}

func TestARepliesToAReadMayHaveNoneOfTheResultsMembers(t *testing.T) {
	t.Parallel()
	require.NoError(t, clientOf(t, always(200, `{"inventories":[],"schema":{"inventory":"org.zstack.StoneInventory"}}`)).
		Call(t.Context(), change{"GET"}, new(vmResult)))
}

func TestAReplyToAChangeIsOfTheResultsClasses(t *testing.T) {
	t.Parallel()
	const stone, pebble = "org.zstack.StoneInventory", "org.zstack.PebbleInventory"
	for name, test := range map[string]struct {
		path, class string
		field       string // what cannot be held; empty where all can
	}{
		"its own class":              {"inventory", "org.zstack.TreeInventory", ""},
		"a class of another type":    {"inventory", stone, "inventory"},
		"an unknown class":           {"inventory", pebble, ""},
		"no class":                   {"inventory", "", ""},
		"in a list":                  {"inventories[1]", stone, "inventories[1]"},
		"in a list of lists":         {"rows[0][1]", stone, "rows[0][1]"},
		"what a parent cannot be":    {"oak", stone, "oak"},
		"in a map":                   {"byName.a", stone, ""},
		"inside the value":           {"inventory.branches[0]", stone, ""},
		"inside a row":               {"inventories[0].branches[0]", stone, ""},
		"of no member":               {"vegetables[0]", stone, ""},
		"of what holds anything":     {"any", stone, ""},
		"of a map of anything":       {"objects", stone, ""},
		"of a number":                {"count", stone, ""},
		"of no path":                 {"[0]", stone, ""},
		"of an empty path":           {"", stone, ""},
		"of a list instead of a row": {"inventories", stone, ""},
		"of a row instead of a list": {"inventory[0]", stone, ""},
		"of a list that is deeper":   {"inventories[0][0]", stone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(map[string]any{"inventory": map[string]any{}, "schema": map[string]any{test.path: test.class}})
			require.NoError(t, err)
			err = clientOf(t, always(200, string(text))).Call(t.Context(), change{"PUT"}, new(treeResult))
			if test.field == "" {
				require.NoError(t, err)
				return
			}
			var unfit *zstack.DecodeError
			require.ErrorAs(t, err, &unfit)
			require.Equal(t, test.field, unfit.Field)
			require.ErrorContains(t, err, stone)
			require.ErrorContains(t, err, "lack the API")
		})
	}
}

func TestNamesThatTheServerMadeUpAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("中", 1000)
	for name, test := range map[string]struct {
		body   string
		result any
	}{
		"member": {`{"` + long + `":1}`, new(vmResult)},
		"class":  {`{"inventory":{},"schema":{"inventory":"` + long + `"}}`, new(leafResult)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(200, test.body)).Call(t.Context(), change{"PUT"}, test.result)
			require.ErrorContains(t, err, strings.Repeat("中", 66)+"...")
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

// resultOfAnother is what a job ended with that another action had begun.
const resultOfAnother = `{"inventory":{"name":"x"},"schema":{"inventory":"org.zstack.StoneInventory"}}`

func TestResultsOfAnotherActionsJobAreRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"by its members": `{"stones":[]}`, "by its classes": resultOfAnother} {
		job := jobOf(always(200, body))
		duplicate := transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return job(r)
			}
			return reply(400, "Duplicate job uuid["+r.Header.Get("X-Job-UUID")+"]")
		})
		for kind, call := range map[string]func(t *testing.T) error{
			"Call": func(t *testing.T) error {
				return clientOf(t, duplicate).Call(t.Context(), recoverVM{UUID: vmUUID}, new(treeResult), zstack.WithJobUUID(jobUUID))
			},
			"Wait": func(t *testing.T) error {
				var job zstack.Job[treeResult]
				require.NoError(t, clientOf(t, duplicate).Start(t.Context(), recoverVM{UUID: vmUUID}, &job, zstack.WithJobUUID(jobUUID)))
				result, err := job.Wait(t.Context())
				require.Nil(t, result)
				return err
			},
			"Wait, twice": func(t *testing.T) error {
				resumed := zstack.ResumeJob[treeResult](clientOf(t, job), jobUUID)
				_, err := resumed.Wait(t.Context())
				_, again := resumed.Wait(t.Context())
				require.EqualError(t, again, err.Error())
				return again
			},
			"ResumeJob": func(t *testing.T) error {
				result, err := zstack.ResumeJob[treeResult](clientOf(t, job), jobUUID).Wait(t.Context())
				require.Nil(t, result)
				return err
			},
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					err := call(t)
					failed := requireZError(t, err)
					require.Equal(t, jobUUID, failed.JobUUID)
					require.ErrorContains(t, err, "another action")
					var unknown *zstack.UnknownOutcomeError
					require.NotErrorAs(t, err, &unknown)
				})
			})
		}
	}
}

func TestAJobThatWasResumedWithTheRightResultIsTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		body := `{"schema":{"inventory":"org.zstack.TreeInventory","inventory.branches[0]":"org.zstack.LeafInventory"},"inventory":{"name":"a","branches":[{}]},"new":1}`
		result, err := zstack.ResumeJob[treeResult](clientOf(t, jobOf(always(200, body))), jobUUID).Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, &treeResult{Inventory: &tree{Name: "a", Branches: []leaf{{}}}}, result)
	})
}

func TestAJobOfAChosenUUIDIsNotTakenForAnEmptyResult(t *testing.T) {
	t.Parallel()
	const zone = `{"inventory":{"uuid":"u"},"schema":{"inventory":"org.zstack.header.zone.ZoneInventory"}}`
	used := transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return reply(200, zone)
		}
		return reply(400, "Duplicate job uuid["+r.Header.Get("X-Job-UUID")+"]")
	})
	for name, test := range map[string]struct {
		call    func(*zstack.Client) error
		refused bool
	}{
		"a chosen uuid": {func(c *zstack.Client) error {
			return c.Call(t.Context(), destroyVM{UUID: vmUUID}, new(cut), zstack.WithJobUUID(jobUUID))
		}, true},
		"a resumed job": {func(c *zstack.Client) error {
			_, err := zstack.ResumeJob[cut](c, jobUUID).Wait(t.Context())
			return err
		}, true},
		"a new uuid": {func(c *zstack.Client) error { return c.Call(t.Context(), destroyVM{UUID: vmUUID}, new(cut)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.call(clientOf(t, used))
			if !test.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "inventory: is there, and the action returns nothing; the job seems to be of another action")
		})
	}
}
