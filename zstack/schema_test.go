package zstack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const (
	vmClass   = "org.zstack.header.vm.VmInstanceInventory"
	zoneClass = "org.zstack.header.zone.ZoneInventory"
	petClass  = "test.Pet"
	dogClass  = "test.Dog"
)

// A pet is extended by dog, holds its own kind, and can hold anything.
type pet struct {
	Name    string          `json:"name"`
	Friend  *pet            `json:"friend"`
	Friends []pet           `json:"friends"`
	ByName  map[string]pet  `json:"byName"`
	Herd    map[string]*pet `json:"herd"`
	Toy     any             `json:"toy"`
	Toys    []any           `json:"toys"`

	concrete any
}

func (p *pet) Concrete() any {
	if p.concrete != nil {
		return p.concrete
	}
	return p
}

func (p *pet) Subtype(class string) any {
	switch class {
	case dogClass:
		p.concrete = new(dog)
	case "test.Nothing":
		return 0
	case "test.NilDog":
		return (*dog)(nil)
	default:
		return nil
	}
	return p.concrete
}

func (p *pet) Named(class string) any { return newPet(class) }

// A dog has members that a pet has not.
type dog struct {
	pet
	Puppies []pet          `json:"puppies"`
	Bone    any            `json:"bone"`
	Kennel  map[string]any `json:"kennel"`
	Age     int64          `json:"age"`
}

func newPet(class string) any {
	switch class {
	case petClass:
		return new(pet)
	case dogClass:
		return new(dog)
	case "test.Nothing":
		return "nothing"
	case "test.NilPet":
		return (*pet)(nil)
	case "test.Map":
		return new(map[string]any)
	default:
		return nil
	}
}

// A shelter has a place of every sort.
type shelter struct {
	Pet    *pet                        `json:"pet"`
	Pets   []pet                       `json:"pets"`
	Homes  map[string][]pet            `json:"homes"`
	Names  map[string]string           `json:"names"`
	Any    any                         `json:"any"`
	List   []any                       `json:"list"`
	Map    map[string]any              `json:"map"`
	Rows   []map[string]any            `json:"rows"`
	Far    **map[string]any            `json:"far"`
	Points map[string][]map[string]any `json:"points"`
	Count  int64                       `json:"count"`
	Raw    json.RawMessage             `json:"raw"`
}

func (*shelter) Named(class string) any { return newPet(class) }

// sheltered reads a reply with a schema.
func sheltered(t *testing.T, body string, schema map[string]string) (*shelter, error) {
	t.Helper()
	result := new(shelter)
	text, err := json.Marshal(schema)
	require.NoError(t, err)
	if schema == nil {
		text = []byte("null")
	}
	body = strings.TrimSuffix(body, "}") + `,"schema":` + string(text) + "}"
	err = clientOf(t, always(200, body)).Call(t.Context(), getVersion{}, result)

	// While a reply arrives that is too large to be in memory, it means the same.
	large := `{"list_":["` + strings.Repeat("x", 100<<10) + `"],` + body[1:]
	arrived := new(shelter)
	arrivedErr := clientOf(t, always(200, large)).Call(t.Context(), queryVM{Conditions: []string{}}, arrived)
	var failed, arrivedFailed *zstack.DecodeError
	require.Equal(t, errors.As(err, &failed), errors.As(arrivedErr, &arrivedFailed))
	if require.Equal(t, failed, arrivedFailed); err == nil {
		require.Equal(t, result, arrived)
	}
	return result, err
}

func TestAnyBecomesWhatTheSchemaNames(t *testing.T) {
	t.Parallel()
	one := func(name string) string { return `{"name":"` + name + `"}` }
	for name, tt := range map[string]struct {
		body, path string
		get        func(s *shelter) any
	}{
		"an any":                       {`{"any":` + one("a") + `}`, "any", func(s *shelter) any { return s.Any }},
		"an element":                   {`{"list":[1,` + one("a") + `]}`, "list[1]", func(s *shelter) any { return s.List[1] }},
		"a member":                     {`{"map":{"k":` + one("a") + `}}`, "map.k", func(s *shelter) any { return s.Map["k"] }},
		"an empty key":                 {`{"map":{"":` + one("a") + `}}`, "map.", func(s *shelter) any { return s.Map[""] }},
		"a key with a dot":             {`{"map":{"a.b":` + one("a") + `}}`, "map.a.b", func(s *shelter) any { return s.Map["a.b"] }},
		"a key with brackets":          {`{"map":{"[0]":` + one("a") + `}}`, "map.[0]", func(s *shelter) any { return s.Map["[0]"] }},
		"a key like an element":        {`{"map":{"a[0]":` + one("a") + `}}`, "map.a[0]", func(s *shelter) any { return s.Map["a[0]"] }},
		"a key that is escaped":        {`{"map":{"\u0061\n\u4e2d":` + one("a") + `}}`, "map.a\n中", func(s *shelter) any { return s.Map["a\n中"] }},
		"a list in an any":             {`{"any":[[` + one("a") + `]]}`, "any[0][0]", func(s *shelter) any { return s.Any.([]any)[0].([]any)[0] }},
		"an object in an any":          {`{"any":{"x":[{"y":` + one("a") + `}]}}`, "any.x[0].y", func(s *shelter) any { return s.Any.(map[string]any)["x"].([]any)[0].(map[string]any)["y"] }},
		"a list in a map":              {`{"map":{"zone":[null,` + one("a") + `]}}`, "map.zone[1]", func(s *shelter) any { return s.Map["zone"].([]any)[1] }},
		"a member of a row":            {`{"rows":[{},{"k":` + one("a") + `}]}`, "rows[1].k", func(s *shelter) any { return s.Rows[1]["k"] }},
		"behind pointers":              {`{"far":{"k":` + one("a") + `}}`, "far.k", func(s *shelter) any { return (**s.Far)["k"] }},
		"a member of a row of a map":   {`{"points":{"p":[{"k":` + one("a") + `}]}}`, "points.p[0].k", func(s *shelter) any { return s.Points["p"][0]["k"] }},
		"a toy of a pet":               {`{"pet":{"toy":` + one("a") + `}}`, "pet.toy", func(s *shelter) any { return s.Pet.Toy }},
		"a toy of a pet of a map":      {`{"homes":{"x":[{"toys":[` + one("a") + `]}]}}`, "homes.x[0].toys[0]", func(s *shelter) any { return s.Homes["x"][0].Toys[0] }},
		"a toy of a pet of a pet's":    {`{"pet":{"byName":{"x":{"toy":` + one("a") + `}}}}`, "pet.byName.x.toy", func(s *shelter) any { return s.Pet.ByName["x"].Toy }},
		"a toy behind a map's pointer": {`{"pet":{"herd":{"x":{"toy":` + one("a") + `}}}}`, "pet.herd.x.toy", func(s *shelter) any { return s.Pet.Herd["x"].Toy }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sheltered(t, tt.body, map[string]string{tt.path: petClass})
			require.NoError(t, err)
			require.Equal(t, &pet{Name: "a"}, tt.get(s))
			s, err = sheltered(t, tt.body, map[string]string{tt.path: dogClass})
			require.NoError(t, err)
			require.Equal(t, &dog{pet: pet{Name: "a"}}, tt.get(s))
			s, err = sheltered(t, tt.body, map[string]string{tt.path: "test.Cat"})
			require.NoError(t, err)
			require.Equal(t, map[string]any{"name": "a"}, tt.get(s))
		})
	}
}

func TestTypesInsideTypedAny(t *testing.T) {
	t.Parallel()
	s, err := sheltered(t, `{"list":[{"friend":{"name":"f","age":3.0},"friends":[{},{"age":"4","toy":{"name":"t"}}],"toys":[{"name":"u"}],"bone":{"name":"v"}}]}`, map[string]string{
		"list[0].friends[1].toy": petClass, "list[0].friends[1]": dogClass, "list[0].friend": dogClass, "list[0].toys[0]": dogClass, "list[0]": petClass, "list[0].bone": petClass,
	})
	require.NoError(t, err)
	p := s.List[0].(*pet)
	require.Equal(t, int64(3), p.Friend.Concrete().(*dog).Age)
	second := p.Friends[1].Concrete().(*dog)
	require.Equal(t, int64(4), second.Age)
	require.Equal(t, &pet{Name: "t"}, second.Toy)
	require.Equal(t, &pet{Name: "t"}, p.Friends[1].Toy)
	require.Equal(t, "u", p.Toys[0].(*dog).Name)
}

func TestSubtypesBehindEveryContainer(t *testing.T) {
	t.Parallel()
	const one = `{"name":"a","age":7}`
	for name, tt := range map[string]struct {
		body, path string
		get        func(s *shelter) any
	}{
		"a pointer":          {`{"pet":` + one + `}`, "pet", func(s *shelter) any { return s.Pet.Concrete() }},
		"a list":             {`{"pets":[{},` + one + `]}`, "pets[1]", func(s *shelter) any { return s.Pets[1].Concrete() }},
		"a map":              {`{"pet":{"byName":{"k":` + one + `}}}`, "pet.byName.k", func(s *shelter) any { p := s.Pet.ByName["k"]; return p.Concrete() }},
		"a map of pointers":  {`{"pet":{"herd":{"k":` + one + `}}}`, "pet.herd.k", func(s *shelter) any { return s.Pet.Herd["k"].Concrete() }},
		"a map of lists":     {`{"homes":{"k":[{},` + one + `]}}`, "homes.k[1]", func(s *shelter) any { return s.Homes["k"][1].Concrete() }},
		"a key with a dot":   {`{"pet":{"byName":{"k.l":` + one + `}}}`, "pet.byName.k.l", func(s *shelter) any { p := s.Pet.ByName["k.l"]; return p.Concrete() }},
		"its own kind, deep": {`{"pet":{"friend":{"friend":{"friends":[` + one + `]}}}}`, "pet.friend.friend.friends[0]", func(s *shelter) any { return s.Pet.Friend.Friend.Friends[0].Concrete() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sheltered(t, tt.body, map[string]string{tt.path: dogClass})
			require.NoError(t, err)
			d, ok := tt.get(s).(*dog)
			require.True(t, ok)
			require.Equal(t, []any{"a", int64(7)}, []any{d.Name, d.Age})
		})
	}
}

// What only a subtype has is named before the subtype is.
func TestMembersThatOnlyASubtypeHas(t *testing.T) {
	t.Parallel()
	const body = `{"pet":{"puppies":[{"age":1,"puppies":[{"age":2}]}],"bone":{"name":"b"},"kennel":{"k":{"name":"c"}},"unknown":{"x":{}}}}`
	inside := map[string]string{
		"pet.puppies[0].puppies[0]": dogClass, "pet.puppies[0]": dogClass, "pet.puppies[9]": dogClass, "pet.puppies": dogClass,
		"pet.bone": petClass, "pet.kennel.k": petClass, "pet.unknown.x": petClass,
	}
	s, err := sheltered(t, body, inside)
	require.NoError(t, err)
	require.Same(t, s.Pet, s.Pet.Concrete(), "nobody says that it is a dog")

	inside["pet"] = dogClass
	s, err = sheltered(t, body, inside)
	require.NoError(t, err)
	d := s.Pet.Concrete().(*dog)
	puppy := d.Puppies[0].Concrete().(*dog)
	require.Equal(t, []int64{1, 2}, []int64{puppy.Age, puppy.Puppies[0].Concrete().(*dog).Age})
	// A dog has no Named of its own, but its pet's.
	require.Equal(t, &pet{Name: "b"}, d.Bone)
	require.Equal(t, &pet{Name: "c"}, d.Kennel["k"])
}

func TestSchemaThatIsNonsense(t *testing.T) {
	t.Parallel()
	const body = `{"pet":{"name":"a","friend":{"name":"f"}},"pets":[{"name":"b"}],"any":{"x":1},"list":[null,"text",1,true,[]],"map":{"k":null},"names":{"k":"v"},"count":1,"raw":[1]}`
	plain, err := sheltered(t, body, nil)
	require.NoError(t, err)
	deep := strings.Repeat("pet.friend.", 40)
	for name, schema := range map[string]map[string]string{
		"a scalar":                       {"pet.name": dogClass, "count": dogClass, "names.k": dogClass, "raw[0]": petClass, "any.x.y": petClass},
		"null":                           {"list[0]": petClass, "map.k": dogClass, "pet.friend.friend": dogClass, "pet.friend.toy": petClass},
		"a list":                         {"pets": dogClass, "list": petClass},
		"no such element":                {"pets[1]": dogClass, "pets[999999999]": dogClass, "pets[99999999999999999999999999]": dogClass, "list[5]": petClass},
		"no index":                       {"pets[-1]": dogClass, "pets[+0]": dogClass, "pets[00]": dogClass, "pets[0x0]": dogClass, "pets[ 0]": dogClass, "pets[]": dogClass, "pets[": dogClass, "pets[0": dogClass, "pets]": dogClass},
		"something behind an index":      {"pets[0]x": dogClass, "pets[0]]": dogClass, "pets[0]name": dogClass},
		"an index of an object":          {"pet[0]": dogClass, "map[0]": petClass, "[0]": dogClass, "[0].pet": dogClass},
		"a name of a list":               {"pets.0": dogClass, "pets.name": dogClass, "list.0": petClass},
		"empty":                          {"": petClass, ".": petClass, "..": dogClass, "pet..friend": dogClass, ".pet": dogClass, "pet.": dogClass, "pets[0].": dogClass, "map.": petClass},
		"too deep":                       {deep: dogClass, strings.Repeat("a.", 1<<16): dogClass, strings.Repeat("[0]", 1<<16): dogClass, "any" + strings.Repeat(".x", 100): petClass},
		"unknown classes":                {"pet": "test.Cat", "pets[0]": "", "any": "test.Cat"},
		"the class of something else":    {"pet": vmClass, "any": vmClass},
		"a class without a type":         {"pet": "test.Nothing", "pet.friend": "test.NilDog", "any": "test.Nothing", "any.x": "test.NilPet"},
		"a class whose type is no class": {"any": "test.Map"},
		"no UTF-8":                       {"pet\xff": dogClass, "map.\xff": petClass, "pet": "\xff"},
		"the schema itself":              {"schema": petClass, "schema.pet": petClass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sheltered(t, body, schema)
			require.NoError(t, err)
			require.Equal(t, plain, s)
		})
	}
	for _, schema := range []string{`null`, `[]`, `"x"`, `1`, `{}`, `{"pet":null}`, `{"pet":["` + dogClass + `"]}`, `{"pet":{"a":"` + dogClass + `"},"any":[[{"b":"]}"}]],"pets[0]":1.5e3}`, `[{"pet":"` + dogClass + `"}]`} {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			s := new(shelter)
			c := clientOf(t, always(200, strings.TrimSuffix(body, "}")+`,"schema":`+schema+"}"))
			require.NoError(t, c.Call(t.Context(), getVersion{}, s))
			require.Equal(t, plain, s)
		})
	}
}

// Without Named, an any stays what it is.
func TestResultsThatNameNothing(t *testing.T) {
	t.Parallel()
	var result struct {
		Pet   *pet              `json:"pet"`
		Names map[string]string `json:"names"`
		Any   any               `json:"any"`
		List  map[string][]any  `json:"list"`
		ByID  map[int]pet       `json:"byId"`
	}
	c := clientOf(t, always(200, `{"pet":{"age":1},"names":{"k":"v"},"any":{"a":{}},"list":{"k":[{}]},"byId":{"1":{}},
		"schema":{"names.k":"`+petClass+`","any":"`+petClass+`","any.a":"`+petClass+`","list.k[0]":"`+petClass+`","byId.1":"`+dogClass+`","pet":"`+dogClass+`"}}`))
	require.NoError(t, c.Call(t.Context(), getVersion{}, &result))
	require.Equal(t, int64(1), result.Pet.Concrete().(*dog).Age)
	require.Equal(t, map[string]string{"k": "v"}, result.Names)
	require.Equal(t, map[string]any{"a": map[string]any{}}, result.Any)
	require.Equal(t, map[string][]any{"k": {map[string]any{}}}, result.List)
	require.Equal(t, map[int]pet{1: {}}, result.ByID)
}

func TestDuplicatesInASchema(t *testing.T) {
	t.Parallel()
	s := new(shelter)
	c := clientOf(t, always(200, `{"schema":{"pet":"`+dogClass+`","any":"`+dogClass+`"},"pet":{"name":"x"},"pet":{"name":"a","age":1},"any":1,"any":{"name":"b"},`+
		`"schema":{"pet":"test.Cat","pet":"`+dogClass+`","any":"`+dogClass+`","any":"`+petClass+`","list[0]":"`+petClass+`"},"list":[{"name":"c"},{}],"list":[{"name":"d"}]}`))
	require.NoError(t, c.Call(t.Context(), getVersion{}, s))
	require.Equal(t, "a", s.Pet.Concrete().(*dog).Name)
	require.Equal(t, &pet{Name: "b"}, s.Any)
	require.Equal(t, []any{&pet{Name: "d"}}, s.List)
}

func TestSchemaThatLiesAboutAnything(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body   string
		schema map[string]string
		field  string
	}{
		"a text":                      {`{"any":"x"}`, map[string]string{"any": petClass}, "any"},
		"a number in a list":          {`{"list":[{},1]}`, map[string]string{"list[1]": petClass}, "list[1]"},
		"a list in a map":             {`{"map":{"k":[]}}`, map[string]string{"map.k": petClass}, "map.k"},
		"a field of the wrong kind":   {`{"list":[{"name":[]}]}`, map[string]string{"list[0]": petClass}, "list[0].name"},
		"a field deep inside":         {`{"map":{"a.b":{"friends":[{},{"friend":{"name":{}}}]}}}`, map[string]string{"map.a.b": petClass}, "map.a.b.friends[1].friend.name"},
		"a subtype in an any":         {`{"list":[[{"friend":{"age":1.5}}]]}`, map[string]string{"list[0][0]": petClass, "list[0][0].friend": dogClass}, "list[0][0].friend.age"},
		"what only the subtype has":   {`{"pet":{"puppies":[{"bone":"x"}]}}`, map[string]string{"pet": dogClass, "pet.puppies[0]": dogClass, "pet.puppies[0].bone": petClass}, "pet.puppies[0].bone"},
		"an element of a map of list": {`{"homes":{"k":[{"age":"x"}]}}`, map[string]string{"homes.k[0]": dogClass}, "homes.k[0].age"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sheltered(t, tt.body, tt.schema)
			var failed *zstack.DecodeError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, tt.field, failed.Field)
		})
	}
}

// Subtypes of subtypes, each inside the other, are made once at every level.
func TestSubtypesAtEveryLevel(t *testing.T) {
	t.Parallel()
	const depth = 16
	body, path := "null", "pet"
	schema := map[string]string{}
	for range depth {
		body = `{"age":1,"friend":` + body + `}`
		schema[path] = dogClass
		path += ".friend"
	}
	s, err := sheltered(t, `{"pet":`+body+`}`, schema)
	require.NoError(t, err)
	levels := 0
	for p := s.Pet; p != nil; p = p.Friend {
		d := p.Concrete().(*dog)
		require.Equal(t, int64(1), d.Age)
		require.Same(t, p.Friend, d.Friend)
		levels++
	}
	require.Equal(t, depth, levels)
}

func TestZQLReturnsTypedInventories(t *testing.T) {
	t.Parallel()
	var result struct {
		Results []types.ZQLQueryReturn `json:"results"`
	}
	c := clientOf(t, always(200, `{"results":[
		{"name":"vm","inventories":[{"uuid":"vm","memorySize":8.589934592E9,"vmNics":[{"pciDeviceUuid":"pci"}]},{"uuid":"router","applianceVmType":"x"}],"total":2,"returnWith":{"zone":[{},{"name":"z"}]}},
		{"name":"sum","inventories":[["Running",2.0],["Stopped",1.0]]},
		{"name":"fields","inventories":[{"uuid":"only"}]}],
		"schema":{"results[0].inventories[0].vmNics[0]":"`+nicClass+`","results[0].inventories[0]":"`+vmClass+`","results[0].inventories[1]":"`+applianceClass+`",
		"results[0].returnWith.zone[1]":"`+zoneClass+`","results[0]":"org.zstack.zql.ZQLQueryReturn"}}`))
	require.NoError(t, c.Call(t.Context(), getVersion{}, &result))
	vm := result.Results[0].Inventories[0].(*types.VmInstanceInventory)
	require.Equal(t, int64(8589934592), vm.MemorySize)
	require.Equal(t, "pci", vm.VmNics[0].Concrete().(*types.VmVfNicInventory).PciDeviceUUID)
	require.Equal(t, "x", result.Results[0].Inventories[1].(*types.ApplianceVmInventory).ApplianceVmType)
	require.Equal(t, "z", result.Results[0].ReturnWith["zone"].([]any)[1].(*types.ZoneInventory).Name)
	require.Equal(t, []any{[]any{"Running", 2.0}, []any{"Stopped", 1.0}}, result.Results[1].Inventories)
	require.Equal(t, []any{map[string]any{"uuid": "only"}}, result.Results[2].Inventories)
}

// What the caller reads JSON into keeps its own values where the JSON has none.
func TestSchemaLeavesTheCallersValuesAlone(t *testing.T) {
	t.Parallel()
	s := &shelter{Any: pet{Name: "mine"}, List: []any{pet{}}, Map: map[string]any{"k": pet{Name: "mine"}}}
	text := `{"map":{"l":{}},"schema":{"any":"` + dogClass + `","any.friend":"` + dogClass + `","any.toy":"` + petClass + `","list[0]":"` + dogClass + `","map.k":"` + petClass + `","map.l":"` + petClass + `"}}`
	require.NoError(t, clientOf(t, always(200, "{}")).Decode([]byte(text), s))
	require.Equal(t, pet{Name: "mine"}, s.Any)
	require.Equal(t, pet{Name: "mine"}, s.Map["k"])
	require.Equal(t, &pet{}, s.Map["l"])
}

// Whatever a schema holds, the call ends with a result or with a typed error,
// and what the schema says nothing about is as it came.
func FuzzSchema(f *testing.F) {
	bodies := []string{
		`{"pet":{"name":"a","friend":{"age":1,"friends":[{"toy":{}}]},"puppies":[{"bone":[]}]},"pets":[{},{"age":"x"}],"count":1`,
		`{"any":{"x":[{"name":"a"},[{}],null]},"list":[{},[],1,"x"],"map":{"":{},"a.b":{"toy":{}},"k":[{}]},"rows":[{"k":{}}],"points":{"p":[{"k":{}}]}`,
		`{"homes":{"k":[{"byName":{"x":{"herd":{"y":{"age":1}}}}}]},"names":{"k":"v"},"raw":{"a":[{}]}`,
	}
	for i := range bodies {
		for _, path := range []string{"pet", "pet.friend", "pet.puppies[0].bone", "list[0]", "map.a.b", "map.", "any.x[1][0]", "pets[-1]", "[", "homes.k[0].byName.x"} {
			f.Add(uint(i), []byte(`{"`+path+`":"`+dogClass+`","pet":"`+petClass+`","pet":"test.NilDog"}`))
			f.Add(uint(i), []byte(`{"`+path+`":"`+petClass+`","any":"test.Map","a":{"b":["c"]}}`))
		}
	}
	for _, schema := range []string{"", "null", "[]", `{"\u0070et":"\u0074est.Dog"}`, "{\"pet\xff\":\"\xff\"}", `{"a":[{"b":"}"}],"pet":"test.Dog"}`, `{"a\\":"b\\\"","pet" : "test.Dog" }`} {
		f.Add(uint(0), []byte(schema))
	}
	for i := range bodies {
		f.Add(uint(i), []byte(`"","any":"0"`))
	}
	f.Fuzz(func(t *testing.T, i uint, schema []byte) {
		body := bodies[i%uint(len(bodies))]
		plain, before, after := new(shelter), new(shelter), new(shelter)
		require.NoError(t, clientOf(t, always(200, body+"}")).Call(t.Context(), getVersion{}, plain))
		err := clientOf(t, always(200, body+`,"schema":`+string(schema)+"}")).Call(t.Context(), getVersion{}, after)
		requireTyped(t, err)
		if err == nil {
			require.Equal(t, plain.Names, after.Names)
			require.Equal(t, plain.Count, after.Count)
			require.Len(t, after.Pets, len(plain.Pets))
		}
		// Where the schema stands in the reply does not matter, if it is one value: what ends
		// it can bring a second member of a name, and the last of them counts.
		other := clientOf(t, always(200, `{"schema":`+string(schema)+","+body[1:]+"}")).Call(t.Context(), getVersion{}, before)
		require.Equal(t, err == nil, other == nil, "%v, but %v", err, other)
		if err == nil && utf8.Valid(schema) && json.Valid(schema) {
			require.True(t, reflect.DeepEqual(before, after))
		}
	})
}

func TestAResultThatIsUsedAgainForgetsWhatItWas(t *testing.T) {
	t.Parallel()
	n := 0
	c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
		if n++; n == 1 {
			return reply(200, `{"inventory":{"age":7},"names":["a"],"schema":{"inventory":"`+dogClass+`"}}`)
		}
		return reply(200, `{"inventory":{"name":"b"}}`)
	}))
	var r struct {
		Inventory *pet     `json:"inventory"`
		Names     []string `json:"names"`
	}
	require.NoError(t, c.Call(t.Context(), getVersion{}, &r))
	first := r.Inventory
	require.NoError(t, c.Call(t.Context(), getVersion{}, &r))
	require.IsType(t, new(pet), r.Inventory.Concrete())
	require.NotSame(t, first, r.Inventory)
	require.Nil(t, r.Names)
}
