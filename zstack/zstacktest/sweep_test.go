package zstacktest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/internal/apidata"
	"github.com/zstack-go/zstack-go/internal/wire"
	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// The tests in this file call every action with parameters that follow from the catalogue.

var updateDocs = flag.Bool("update", false, "write docs/simulated.md anew")

// A sweep makes parameters for a node, and the records that they refer to.
type sweep struct {
	*testClient
	call *calls.Call
}

func newSweep(t *testing.T, c *calls.Call) *sweep {
	t.Helper()
	return &sweep{newClient(t), c}
}

// params are valid values of those of the action's parameters that are required or refer to
// something, and of the rest if they are scalars.
func (s *sweep) params() map[string]any {
	all := make(map[string]any)
	for _, p := range s.call.Params() {
		switch {
		case p.Name == "systemTags" || p.Name == "userTags" || p.Name == "tagUuids" || p.Name == "resourceUuid" && !p.Required:
		case refOf(&p) != nil:
			all[p.Name] = listOf(p.Type, s.record(p.RefersTo[0]))
		case len(p.RefersTo) > 0:
			all[p.Name] = listOf(p.Type, s.record("ZoneVO"))
		case s.guess(p) != "":
			all[p.Name] = listOf(p.Type, s.record(s.guess(p)+"VO"))
		default:
			if value, ok := s.value(p); ok {
				all[p.Name] = value
			}
		}
	}
	if arrange := arranged[shortName(s.call)]; arrange != nil {
		arrange(s, all)
	}
	for name, value := range all {
		if value == nil {
			delete(all, name)
		}
	}
	return all
}

// guess is the kind that a parameter seems to name, of which the catalogue does not say so:
// the one in its name, or else the first in the name of the action.
func (s *sweep) guess(p calls.Param) string {
	name := strings.TrimSuffix(p.Name, "s")
	if p.Type != "string" && p.Type != "list<string>" || !strings.HasSuffix(strings.ToLower(name), "uuid") {
		return ""
	}
	if name = name[:len(name)-len("uuid")]; name != "" {
		if kind := strings.ToUpper(name[:1]) + name[1:]; store.KindNamed(kind) != nil {
			return kind
		}
	}
	action := shortName(s.call)
	for from := len(verbOf(action)); from < len(action); from++ {
		for to := len(action); to > from+2; to-- {
			if k := store.KindNamed(action[from:to]); k != nil && k.ByName["uuid"] != nil {
				return k.Name
			}
		}
	}
	return ""
}

func listOf(typ, value string) any {
	if strings.HasPrefix(typ, "list<") {
		return []any{value}
	}
	return value
}

// record adds a record of what the server calls a resource, and returns its UUID.
func (s *sweep) record(resource string) string {
	k := kindNamed(resource)
	fields := make(map[string]any)
	for _, f := range k.Fields {
		if f.Ref != "" && f.Owned && fields[f.Name] == nil && k.Name != f.Ref {
			fields[f.Name] = s.record(f.Ref + "VO")
		}
	}
	return s.node.Add(k.Name, fields)
}

var strings1 = []string{
	"text", "/text", "Large.1", "abc123", "20171114 10:20:57", "192.168.0.10", "192.168.0.0/24", "enable", "a text",
}

func (s *sweep) value(p calls.Param) (any, bool) {
	for _, disabled := range []string{"disable", "Disabled"} {
		if (p.Name == "stateEvent" || p.Name == "state") && slices.Contains(p.Values, disabled) {
			return disabled, true // New records are enabled.
		}
	}
	if len(p.Values) > 0 {
		if strings.HasPrefix(p.Type, "list<") {
			return []any{p.Values[0]}, true
		}
		if strings.HasPrefix(p.Type, "int") {
			return json.Number(p.Values[0]), true
		}
		return p.Values[0], true
	}
	switch p.Type {
	case "string":
		for _, v := range strings1 {
			v += strings.Repeat("x", max(0, p.MinLength-len(v)))
			if (p.MaxLength == 0 || len(v) <= p.MaxLength) && (p.Pattern == "" || regexp.MustCompile(p.Pattern).MatchString(v)) {
				return v, true
			}
		}
		return nil, false
	case "int32", "int64":
		n := int64(1)
		if p.Min != nil {
			n = *p.Min
		}
		return n, true
	case "float32", "float64":
		return 1.5, true
	case "bool":
		return true, true
	case "timestamp":
		return "Nov 14, 2017 10:20:57 PM", true
	case "list<string>":
		return []any{"text"}, true
	}
	return s.typed(p.Type, 0), p.Required
}

// typed is a value of a data type, with the fields that are required.
func (s *sweep) typed(typ string, depth int) any {
	if element, ok := strings.CutPrefix(typ, "list<"); ok {
		return []any{s.typed(strings.TrimSuffix(element, ">"), depth)}
	}
	if strings.HasPrefix(typ, "map<") {
		return map[string]any{}
	}
	switch typ {
	case "string", "any":
		return "text"
	case "int32", "int64", "float32", "float64":
		return 1
	case "bool":
		return true
	}
	var d struct {
		Values []string
		Fields []struct {
			Name, Type string
			Required   bool
			Values     []string
			Min        *int64
		}
	}
	if line, ok := apidata.Types.Line(typ); ok {
		_ = json.Unmarshal([]byte(line), &d)
	}
	if len(d.Values) > 0 {
		return d.Values[0]
	}
	object := make(map[string]any)
	for _, f := range d.Fields {
		switch {
		case !f.Required || depth > 3:
		case len(f.Values) > 0:
			object[f.Name] = f.Values[0]
		case f.Min != nil:
			object[f.Name] = *f.Min
		default:
			object[f.Name] = s.typed(f.Type, depth+1)
		}
	}
	return object
}

// send calls the action, and waits for its job.
func (s *sweep) send(params map[string]any) testReply {
	s.t.Helper()
	path := regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(s.call.Path, func(name string) string {
		value := params[name[1:len(name)-1]]
		if value == nil {
			value = "text"
		}
		return url.PathEscape(fmt.Sprint(value))
	})
	body := ""
	if s.call.Method == http.MethodPost || s.call.Method == http.MethodPut {
		rest := maps.Clone(params)
		for name := range s.call.Variables(path) {
			delete(rest, name)
		}
		data, err := json.Marshal(map[string]any{s.call.Body: rest})
		require.NoError(s.t, err)
		body = string(data)
	} else {
		query := make(url.Values)
		for name, value := range params {
			if strings.Contains(s.call.Path, "{"+name+"}") {
				continue
			}
			if list, ok := value.([]any); ok {
				for _, e := range list {
					query.Add(name, fmt.Sprint(e))
				}
				continue
			}
			query.Set(name, fmt.Sprint(value))
		}
		path += "?" + query.Encode()
	}
	rep := s.testClient.send(s.call.Method, path, body)
	if rep.status == http.StatusAccepted {
		rep = s.poll(rep.jobUUID())
	}
	return rep
}

// eachAction runs a test of every action that has a session and that the default release has.
func eachAction(t *testing.T, test func(t *testing.T, c *calls.Call)) {
	t.Helper()
	all := calls.All()
	for i := range all {
		t.Run(shortName(&all[i]), func(t *testing.T) {
			t.Parallel()
			test(t, &all[i])
		})
	}
}

// TestEveryActionAnswers calls each with valid parameters, reads the reply into the type of
// its result, and notes in docs/simulated.md how much the node did.
func TestEveryActionAnswers(t *testing.T) {
	t.Parallel()
	depths := make([]string, len(calls.All()))
	t.Run("calls", func(t *testing.T) {
		t.Parallel()
		all := calls.All()
		for i := range all {
			t.Run(shortName(&all[i]), func(t *testing.T) {
				t.Parallel()
				depths[i] = depthOf(t, &all[i])
			})
		}
	})
	t.Cleanup(func() {
		if t.Failed() || slices.Contains(depths, "") {
			return // Some have not run.
		}
		const file = "../../docs/simulated.md"
		want := simulatedPage(depths)
		if *updateDocs {
			require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		}
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "go test ./zstack/zstacktest -run TestEveryActionAnswers -update writes it anew")
	})
}

// simulatedPage is the page of the documentation that says how much the node does.
func simulatedPage(depths []string) string {
	byDepth := make(map[string][]string)
	for i, d := range depths {
		c := &calls.All()[i]
		if apis()[c.Name] != nil {
			d = "own"
		}
		byDepth[d] = append(byDepth[d], shortName(c))
	}
	var b strings.Builder
	b.WriteString("# What the simulated node does for each action\n\n" +
		"`go test ./zstack/zstacktest -run TestEveryActionAnswers -update` writes this page: the test calls\n" +
		"every action with valid parameters, and looks at what has changed in the node and what the\n" +
		"result says. Every reply is one that the client reads into the type of the action's result.\n" +
		"A required parameter that is missing, a value that the catalogue does not allow, and a UUID that\n" +
		"is declared to be that of a resource which is not there are refused as a server refuses them.\n\n" +
		"| How much | Actions |\n| --- | ---: |\n")
	for _, d := range simulated {
		fmt.Fprintf(&b, "| [%s](#%s) | %s |\n", d.title, strings.ReplaceAll(strings.ToLower(d.title), " ", "-"), thousands(len(byDepth[d.depth])))
	}
	fmt.Fprintf(&b, "| all | %s |\n", thousands(len(depths)))
	for _, d := range simulated {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", d.title, d.text)
		letter := byte(0)
		for _, name := range byDepth[d.depth] {
			if name[0] != letter {
				letter = name[0]
				b.WriteString("\n")
			} else {
				b.WriteString(" ")
			}
			b.WriteString(name)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// simulated are the depths, the deepest first.
var simulated = []struct{ depth, title, text string }{
	{"own", "As a server", "The node does what a server was seen or is known to do: it checks states, gives out addresses and\nhosts, takes along what belongs to a resource, and fails with the server's codes."},
	{"changes", "Changes", "What the action creates, sets, attaches or deletes, queries show. Nothing but the parameters is\nchecked, and nothing follows that the catalogue does not say."},
	{"keeps", "Keeps", "What is set is no field that a query could show: the node keeps it, and an action that reads a\nvalue of that name gives it back."},
	{"queries", "Queries", "Conditions, sorting, paging and fields are as for every query, on records that other actions or\na test have made."},
	{"reads", "Reads", "The result has the records that belong to what the parameters name, and of single values what was\nset or what the record has."},
	{"answers", "Answers", "The action succeeds, and its result has no more than zeros and empty lists, unless records that a\ntest has added have something to say. `Node.Handle` gives it an answer of the test's own."},
}

func depthOf(t *testing.T, c *calls.Call) string {
	s := newSweep(t, c)
	params := s.params()
	if c.Query {
		kind, class := store.Base(inventoryName(c.Describe().RowType()))
		if kind != nil {
			s.node.Add(kind.Name, map[string]any{"@class": class})
		}
		params = map[string]any{}
	}
	s.prepare(params)
	before := s.state(false)
	hidden := s.state(true)
	rep := s.send(params)
	require.Equal(t, http.StatusOK, rep.status, "%v: %s", params, rep.text)
	entry, ok := registry.Lookup(c.Name)
	require.True(t, ok)
	result := entry.NewResult()
	require.NoError(t, wire.NewDecoder(time.UTC).Decode([]byte(rep.text), result), rep.text)
	switch {
	case !reflect.DeepEqual(before, s.state(false)):
		return "changes"
	case c.Query:
		return "queries"
	case !reflect.DeepEqual(hidden, s.state(true)):
		return "keeps"
	case hasContent(rep.body):
		return "reads"
	}
	return "answers"
}

// prepare makes what a read is to find, and attaches what the action is to detach.
func (s *sweep) prepare(params map[string]any) {
	d := s.call.Describe()
	for _, f := range calls.Fields(d.Result) {
		element, isList := strings.CutPrefix(f.Type, "list<")
		if k, _ := store.Base(inventoryName(strings.TrimSuffix(element, ">"))); isList && k != nil && !s.call.Query {
			fields := make(map[string]any)
			for name, value := range params {
				if k.ByName[name] != nil {
					fields[name] = value
				}
			}
			if uuid, ok := fields["uuid"].(string); !ok || s.node.Get(k.Name, uuid) == nil {
				s.node.Add(k.Name, fields)
			}
		}
	}
	name := shortName(s.call)
	own := verbOf(name)
	verbs := opposites[own]
	if isDetaching(name) {
		verbs = attaching
	}
	for _, verb := range verbs {
		pair, ok := calls.Lookup(verb + strings.ReplaceAll(name[len(own):], "From", "To"))
		if !ok {
			continue
		}
		before := &sweep{s.testClient, pair}
		all := before.params()
		maps.Copy(all, params)
		if there, here := target(pair.Describe()), target(d); there != "" && params[here] != nil {
			all[there] = params[here] // Its name can be another one there.
		}
		before.send(all)
	}
}

// opposites are the verbs of actions that come before one, so that it has something to do.
var opposites = map[string][]string{
	"Start": {"Stop"}, "Enable": {"Disable"}, "Resume": {"Pause"}, "Recover": {"Delete", "Destroy"}, "Expunge": {"Delete", "Destroy"},
}

// target is the parameter that names what an action changes.
func target(d *calls.Description) string {
	switch {
	case d.Updates != nil:
		return d.Updates.Param
	case d.Deletes != nil:
		return d.Deletes.Param
	}
	return ""
}

// state is what all records of the node hold, with what only the node knows or without, but
// for the times of changes.
func (s *sweep) state(hidden bool) map[string]map[string]any {
	all := make(map[string]map[string]any)
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	for k := range s.node.store.Tables() {
		for _, r := range s.node.store.All(k.Name) {
			fields := maps.Clone(r.Fields)
			maps.DeleteFunc(fields, func(name string, _ any) bool {
				return name == "lastOpDate" || !hidden && strings.HasPrefix(name, "@")
			})
			all[k.Name+" "+r.Key] = fields
		}
	}
	return all
}

// hasContent reports whether a result says more than that there is nothing.
func hasContent(body map[string]any) bool {
	for name, value := range body {
		if name != "schema" && saysSomething(value) {
			return true
		}
	}
	return false
}

func saysSomething(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case json.Number:
		return v != "0" && v != "0.0"
	case bool:
		return v
	case []any:
		return len(v) > 0
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), saysSomething)
	}
	return true
}

// TestEveryRequiredParameterIsAskedFor leaves out each that the path does not have.
func TestEveryRequiredParameterIsAskedFor(t *testing.T) {
	t.Parallel()
	eachAction(t, func(t *testing.T, c *calls.Call) {
		if c.Query {
			return
		}
		for _, p := range c.Params() {
			if !p.Required || strings.Contains(c.Path, "{"+p.Name+"}") || p.Server != nil || p.Default != nil {
				continue
			}
			s := newSweep(t, c)
			params := s.params()
			delete(params, p.Name)
			rep := s.send(params)
			require.Equal(t, http.StatusServiceUnavailable, rep.status, "%s: %s", p.Name, rep.text)
			require.Contains(t, rep.text, "field["+p.Name+"]")
		}
	})
}

// TestEveryDeclaredReferenceIsChecked names what is not there in place of each.
func TestEveryDeclaredReferenceIsChecked(t *testing.T) {
	t.Parallel()
	eachAction(t, func(t *testing.T, c *calls.Call) {
		if c.Query {
			return
		}
		for _, p := range c.Params() {
			if refOf(&p) == nil || p.Inferred || p.Name == "tagUuids" {
				continue
			}
			s := newSweep(t, c)
			params := s.params()
			params[p.Name] = listOf(p.Type, "0123456789abcdef0123456789abcdef")
			rep := s.send(params)
			require.Equal(t, http.StatusServiceUnavailable, rep.status, "%s: %s", p.Name, rep.text)
			require.Equal(t, []string{apierr.CodeNotFound}, rep.codes(), "%s: %s", p.Name, rep.text)
		}
	})
}

// arranged are what the catalogue does not tell of actions that the node knows more of: which
// values they take, and what there has to be before.
var arranged = map[string]func(s *sweep, params map[string]any){
	"AddIpRange":              with("startIp", "10.0.0.10", "endIp", "10.0.0.20", "netmask", "255.255.255.0", "gateway", "10.0.0.1"),
	"AddIpRangeByNetworkCidr": with("networkCidr", "10.0.0.0/24", "gateway", nil),
	"CreateVip": func(s *sweep, params map[string]any) {
		s.addRange(params["l3NetworkUuid"])
		with("requiredIp", nil, "ipRangeUuid", nil)(s, params)
	},
	"CheckIpAvailability":                    with("ip", "10.0.0.10"),
	"GetFreeIp":                              with("start", nil),
	"GetFreeIpOfL3Network":                   with("start", nil),
	"GetFreeIpOfIpRange":                     with("start", nil),
	"AddSimulatorHost":                       begins("Cluster", "clusterUuid", "hypervisorType", "Simulator"),
	"CreateInstanceOffering":                 with("memorySize", int64(1<<30)),
	"CreateRootVolumeTemplateFromRootVolume": begins("Volume", "rootVolumeUuid", "type", "Root"),
	"CreateVmInstance": func(s *sweep, params map[string]any) {
		site := s.site()
		clear(params)
		with("name", "text", "imageUuid", site.ImageUUID, "instanceOfferingUuid", site.InstanceOfferingUUID, "l3NetworkUuids", []any{site.L3NetworkUUID})(s, params)
	},
	"CreateUserTag":   tagged("text"),
	"CreateSystemTag": tagged("hostname::text"),
	"GetVmConsoleAddress": func(s *sweep, params map[string]any) {
		s.node.Set("VmInstance", params["uuid"].(string), map[string]any{"hostUuid": s.record("HostVO")})
	},
	"DeleteTag": func(s *sweep, params map[string]any) {
		params["uuid"] = s.node.Add("UserTag", map[string]any{"tag": "text", "resourceUuid": s.record("VmInstanceVO")})
	},
	"SetVmStaticIp": func(s *sweep, params map[string]any) {
		site := s.site()
		clear(params)
		vm := s.node.Add("VmInstance", map[string]any{"vmNics": []map[string]any{{"l3NetworkUuid": site.L3NetworkUUID}}})
		with("vmInstanceUuid", vm, "l3NetworkUuid", site.L3NetworkUUID, "ip", "172.20.0.99")(s, params)
	},
	"AddBackendServerToServerGroup":      with("vmNics", nil, "servers", []any{map[string]any{"ipAddress": "10.0.0.9"}}),
	"ChangeLoadBalancerBackendServer":    with("vmNics", nil, "servers", []any{map[string]any{"ipAddress": "10.0.0.9"}}),
	"RemoveBackendServerFromServerGroup": with("serverIps", []any{"10.0.0.9"}),
	"StartVmInstance": func(s *sweep, params map[string]any) {
		site := s.site()
		clear(params)
		params["uuid"] = s.node.Add("VmInstance", map[string]any{"hostUuid": site.HostUUID, "clusterUuid": site.ClusterUUID, "zoneUuid": site.ZoneUUID})
	},
	"CloneVmInstance": func(s *sweep, params map[string]any) {
		site := s.site()
		clear(params)
		with("vmInstanceUuid", s.node.Add("VmInstance", map[string]any{"zoneUuid": site.ZoneUUID}), "names", []any{"text"})(s, params)
	},
	"AttachIsoToVmInstance": func(s *sweep, params map[string]any) {
		s.node.Add("VmCdRom", map[string]any{"vmInstanceUuid": params["vmInstanceUuid"]})
	},
	"AttachL3NetworkToVm": func(s *sweep, params map[string]any) {
		site := s.site()
		with("l3NetworkUuid", site.L3NetworkUUID, "staticIp", nil, "driverType", nil, "customMac", nil)(s, params)
		s.node.Set("VmInstance", fmt.Sprint(params["vmInstanceUuid"]), map[string]any{"clusterUuid": site.ClusterUUID, "zoneUuid": site.ZoneUUID})
	},
	"AddVmNicToSecurityGroup": func(s *sweep, params map[string]any) {
		nic := params["vmNicUuids"].([]any)[0].(string)
		s.node.Set("SecurityGroup", params["securityGroupUuid"].(string), map[string]any{"attachedL3NetworkUuids": []string{s.node.Get("VmNic", nic)["l3NetworkUuid"].(string)}})
	},
	"MigrateVm": func(s *sweep, params map[string]any) {
		site := s.site()
		clear(params)
		other := s.node.Add("Host", map[string]any{"clusterUuid": site.ClusterUUID, "zoneUuid": site.ZoneUUID})
		params["vmInstanceUuid"] = s.node.Add("VmInstance", map[string]any{"hostUuid": site.HostUUID, "clusterUuid": site.ClusterUUID, "zoneUuid": site.ZoneUUID})
		params["hostUuid"] = other
	},
	"ResumeVmInstance":  begins("VmInstance", "uuid", "state", "Paused"),
	"RecoverVmInstance": begins("VmInstance", "uuid", "state", "Destroyed"),
	"ExpungeVmInstance": begins("VmInstance", "uuid", "state", "Destroyed"),
	"RecoverImage":      begins("Image", "imageUuid", "status", "Deleted"),
	"ExpungeImage":      begins("Image", "imageUuid", "status", "Deleted"),
	"RecoverDataVolume": begins("Volume", "uuid", "status", "Deleted"),
	"ExpungeDataVolume": begins("Volume", "uuid", "status", "Deleted"),
	"DetachDataVolumeFromVm": func(s *sweep, params map[string]any) {
		s.node.Set("Volume", params["uuid"].(string), map[string]any{"vmInstanceUuid": params["vmUuid"]})
	},
	"DeleteLongJob": begins("LongJob", "uuid", "state", "Succeeded"),
	"SubmitLongJob": with("jobName", "APIMigrateVmMsg", "jobData", "{}"),
	"UpdateQuota": func(s *sweep, params map[string]any) {
		account := s.node.Add("Account", nil)
		s.node.Add("Quota", map[string]any{"identityUuid": account, "name": "vm.num", "value": 20})
		with("identityUuid", account, "name", "vm.num")(s, params)
	},
	"UpdateGlobalConfig": with("category", "vm", "name", "expungePeriod", "value", "30"),
	"ZQLQuery":           with("zql", "query zone"),
	"RenewSession":       with("sessionUuid", testSession),
	"LogIn":              with("username", "admin", "password", hashPassword("password"), "loginType", "account"),
	"LogInByAccount":     with("accountName", "admin", "password", hashPassword("password")),
	"LogInByUser":        logsIn("accountName", "userName"),
	"LogInByLdap":        with("uid", "admin", "password", "password"),
	"LoginIAM2VirtualID": logsIn("name"),
}

// with sets parameters to values; nil leaves one out.
func with(pairs ...any) func(*sweep, map[string]any) {
	return func(_ *sweep, params map[string]any) {
		for i := 0; i < len(pairs); i += 2 {
			params[pairs[i].(string)] = pairs[i+1]
		}
	}
}

// begins sets a field of the record that a parameter names.
func begins(kind, param, field string, value any) func(*sweep, map[string]any) {
	return func(s *sweep, params map[string]any) {
		s.node.Set(kind, fmt.Sprint(params[param]), map[string]any{field: value})
	}
}

// tagged names a VM instance to put a tag on.
func tagged(tag string) func(*sweep, map[string]any) {
	return func(s *sweep, params map[string]any) {
		with("resourceType", "VmInstanceVO", "resourceUuid", s.record("VmInstanceVO"), "tag", tag)(s, params)
	}
}

// logsIn has parameters name the administrator.
func logsIn(names ...string) func(*sweep, map[string]any) {
	return func(_ *sweep, params map[string]any) {
		for _, name := range names {
			params[name] = "admin"
		}
		params["password"] = hashPassword("password")
	}
}

// site fills the node with what a VM instance needs.
func (s *sweep) site() Site {
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	s.node.addSite(s.node.settle())
	return s.node.site
}

func (s *sweep) addRange(l3 any) {
	s.node.Add("IpRange", map[string]any{"l3NetworkUuid": l3, "startIp": "10.0.0.10", "endIp": "10.0.0.20", "netmask": "255.255.255.0", "gateway": "10.0.0.1"})
}

// TestNoActionBreaksTheNode calls each with what no client sends: values of other types, and
// UUIDs of nothing, or of a record of another kind. What the node says does not matter, as long
// as it says something and goes on.
func TestNoActionBreaksTheNode(t *testing.T) {
	t.Parallel()
	eachAction(t, func(t *testing.T, c *calls.Call) {
		s := newSweep(t, c)
		other := s.node.Add("SystemTag", nil)
		for _, value := range []any{"", "nothing", other, 1.5, true, []any{}, []any{other, "nothing"}, []any{map[string]any{}}, map[string]any{"x": []any{other}}} {
			params := s.params()
			for name := range params {
				params[name] = value
			}
			s.send(params)
			for name := range params {
				params := s.params()
				params[name] = value
				s.send(params)
			}
		}
	})
}
