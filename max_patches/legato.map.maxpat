{
    "patcher": {
        "title": "legato.map",
        "fileversion": 1,
        "appversion": {
            "major": 8,
            "minor": 5,
            "revision": 5,
            "architecture": "x64",
            "modernui": 1
        },
        "classnamespace": "box",
        "rect": [
            60.0,
            60.0,
            940.0,
            822.0
        ],
        "bglocked": 0,
        "openinpresentation": 1,
        "default_fontsize": 12.0,
        "default_fontface": 0,
        "default_fontname": "Arial",
        "gridonopen": 1,
        "gridsize": [
            15.0,
            15.0
        ],
        "gridsnaponopen": 1,
        "objectsnaponopen": 1,
        "statusbarvisible": 2,
        "toolbarvisible": 1,
        "lefttoolbarpinned": 0,
        "toptoolbarpinned": 0,
        "righttoolbarpinned": 0,
        "bottomtoolbarpinned": 0,
        "toolbars_unpinned_last_save": 0,
        "tallnewobj": 0,
        "boxanimatetime": 200,
        "enablehscroll": 1,
        "enablevscroll": 1,
        "devicewidth": 0.0,
        "description": "",
        "digest": "",
        "tags": "",
        "style": "",
        "subpatcher_template": "",
        "assistshowspatchername": 0,
        "boxes": [
            {
                "box": {
                    "id": "obj-1",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        780,
                        121,
                        22
                    ],
                    "outlettype": [],
                    "text": "s ---legato.ask"
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        130,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        22,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "map learn",
                    "hint": "Maps the next note, controller, NRPN, RPN or program that comes by MIDI: to a command's address without root, with its arguments, or to a parameter. \"{0..2}\" among them is the value, scaled.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        160,
                        110,
                        22
                    ],
                    "text": "go /map/learn",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        188,
                        900,
                        21
                    ],
                    "text": "id name to [arguments ...]: Maps the next note, controller, NRPN, RPN or program that comes by MIDI: to a command's address without root, with its arguments, or",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        160,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /map/learn name"
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        6,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        393,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        393,
                        160,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /map/learn to"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        393,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        6,
                        104,
                        16
                    ],
                    "text": "to",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        622,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        346,
                        23,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        622,
                        160,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /map/learn arguments"
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        622,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        346,
                        6,
                        104,
                        16
                    ],
                    "text": "arguments",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        290,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        66,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "map list",
                    "hint": "What is mapped, one message each.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        320,
                        110,
                        22
                    ],
                    "text": "go /map/list",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        900,
                        21
                    ],
                    "text": "[id]: What is mapped, one message each.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        450,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        110,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "map remove",
                    "hint": "Removes a map.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        480,
                        110,
                        22
                    ],
                    "text": "go /map/remove",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        508,
                        900,
                        21
                    ],
                    "text": "id name: Removes a map.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        480,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /map/remove name"
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        94,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        610,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        154,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "map load",
                    "hint": "Reads maps.toml again; all of it or none.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        640,
                        110,
                        22
                    ],
                    "text": "go /map/load",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        668,
                        900,
                        21
                    ],
                    "text": "id: Reads maps.toml again; all of it or none.",
                    "fontsize": 10.0
                }
            }
        ],
        "lines": [
            {
                "patchline": {
                    "source": [
                        "obj-2",
                        0
                    ],
                    "destination": [
                        "obj-3",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-3",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-5",
                        0
                    ],
                    "destination": [
                        "obj-6",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-6",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-8",
                        0
                    ],
                    "destination": [
                        "obj-9",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-9",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-11",
                        0
                    ],
                    "destination": [
                        "obj-12",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-12",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-14",
                        0
                    ],
                    "destination": [
                        "obj-15",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-15",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-17",
                        0
                    ],
                    "destination": [
                        "obj-18",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-18",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-20",
                        0
                    ],
                    "destination": [
                        "obj-21",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-21",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-23",
                        0
                    ],
                    "destination": [
                        "obj-24",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-24",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            }
        ],
        "dependency_cache": [],
        "autosave": 0
    }
}
