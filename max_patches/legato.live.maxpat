{
    "patcher": {
        "title": "legato.live",
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
            2001.0,
            1462.0
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
                        1420,
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
                    "text": "live start",
                    "hint": "Sounds what is played, by MIDI ports and by the commands below, until /live/stop. Channels such as 1-8 choose what it hears; its first keep_minutes are kept.",
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
                    "text": "go /live/start",
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
                    "text": "id [model s] [seed i] [play i] [channels s] [keep_minutes i] [key value ...] [prompt ...]: Sounds what is played, by MIDI ports and by the commands below, until",
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
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /live/start model"
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
                    "text": "model",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        407,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        23,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        407,
                        160,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/start seed"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        407,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        6,
                        64,
                        16
                    ],
                    "text": "seed",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        643,
                        130,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        306,
                        23,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        643,
                        160,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/start play"
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        643,
                        80,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        306,
                        6,
                        40,
                        16
                    ],
                    "text": "play",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        879,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        354,
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
                    "id": "obj-15",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        879,
                        160,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /live/start channels"
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        879,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        354,
                        6,
                        104,
                        16
                    ],
                    "text": "channels",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1157,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        466,
                        23,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1157,
                        160,
                        268,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/start keep_minutes"
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1157,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        466,
                        6,
                        84,
                        16
                    ],
                    "text": "keep_minutes",
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
                        1449,
                        130,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        558,
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
                    "id": "obj-21",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1449,
                        160,
                        268,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /live/start parameters"
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1449,
                        80,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        558,
                        6,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        1741,
                        130,
                        220,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        670,
                        23,
                        220,
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
                    "id": "obj-24",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1741,
                        160,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /live/start prompt"
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1741,
                        80,
                        220,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        670,
                        6,
                        220,
                        16
                    ],
                    "text": "prompt",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-26",
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
                    "text": "live stop",
                    "hint": "Ends a live job well; its own call then ends with /done.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-27",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        320,
                        110,
                        22
                    ],
                    "text": "go /live/stop",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-28",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        900,
                        21
                    ],
                    "text": "target: Ends a live job well; its own call then ends with /done.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-29",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        67,
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
                    "id": "obj-30",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        320,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /live/stop target"
                }
            },
            {
                "box": {
                    "id": "obj-31",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        50,
                        104,
                        16
                    ],
                    "text": "target",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-32",
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
                    "text": "live note",
                    "hint": "Strikes a key, or with velocity 0 lets it go.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-33",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        480,
                        110,
                        22
                    ],
                    "text": "go /live/note",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-34",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        508,
                        900,
                        21
                    ],
                    "text": "channel pitch velocity: Strikes a key, or with velocity 0 lets it go.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-35",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-36",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-37",
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
                    "text": "prepend set /live/note channel"
                }
            },
            {
                "box": {
                    "id": "obj-38",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        94,
                        64,
                        16
                    ],
                    "text": "channel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-39",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        400,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-40",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        400,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-41",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        400,
                        480,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/note pitch"
                }
            },
            {
                "box": {
                    "id": "obj-42",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        400,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        94,
                        64,
                        16
                    ],
                    "text": "pitch",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-43",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        636,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        111,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-44",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        636,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-45",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        636,
                        480,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/note velocity"
                }
            },
            {
                "box": {
                    "id": "obj-46",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        636,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        94,
                        64,
                        16
                    ],
                    "text": "velocity",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-47",
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
                    "text": "live cc",
                    "hint": "Moves a controller.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-48",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        640,
                        110,
                        22
                    ],
                    "text": "go /live/cc",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-49",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        668,
                        900,
                        21
                    ],
                    "text": "channel number value: Moves a controller.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-50",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-51",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        582,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-52",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        640,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/cc channel"
                }
            },
            {
                "box": {
                    "id": "obj-53",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        138,
                        64,
                        16
                    ],
                    "text": "channel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-54",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        386,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-55",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        386,
                        582,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-56",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        386,
                        640,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/cc number"
                }
            },
            {
                "box": {
                    "id": "obj-57",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        386,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        138,
                        64,
                        16
                    ],
                    "text": "number",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-58",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        615,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        155,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-59",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        615,
                        582,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-60",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        615,
                        640,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/cc value"
                }
            },
            {
                "box": {
                    "id": "obj-61",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        615,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        138,
                        64,
                        16
                    ],
                    "text": "value",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-62",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        770,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        198,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "live program",
                    "hint": "Chooses the program of what is struck from now on.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-63",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        800,
                        110,
                        22
                    ],
                    "text": "go /live/program",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-64",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        828,
                        900,
                        21
                    ],
                    "text": "channel program: Chooses the program of what is struck from now on.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-65",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        770,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        199,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-66",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        742,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-67",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        800,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/program channel"
                }
            },
            {
                "box": {
                    "id": "obj-68",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        720,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        182,
                        64,
                        16
                    ],
                    "text": "channel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-69",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        421,
                        770,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        199,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-70",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        421,
                        742,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-71",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        421,
                        800,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/program program"
                }
            },
            {
                "box": {
                    "id": "obj-72",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        421,
                        720,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        182,
                        64,
                        16
                    ],
                    "text": "program",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-73",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        930,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        242,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "live bend",
                    "hint": "Bends what sounds, by -1 to 1 of the channel's range.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-74",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        960,
                        110,
                        22
                    ],
                    "text": "go /live/bend",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-75",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        988,
                        900,
                        21
                    ],
                    "text": "channel amount: Bends what sounds, by -1 to 1 of the channel's range.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-76",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        930,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        243,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-77",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        902,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-78",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        960,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/bend channel"
                }
            },
            {
                "box": {
                    "id": "obj-79",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        880,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        226,
                        64,
                        16
                    ],
                    "text": "channel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-80",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        400,
                        930,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        243,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": -1
                }
            },
            {
                "box": {
                    "id": "obj-81",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        400,
                        902,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-82",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        400,
                        960,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/bend amount"
                }
            },
            {
                "box": {
                    "id": "obj-83",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        400,
                        880,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        226,
                        64,
                        16
                    ],
                    "text": "amount",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-84",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        1090,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        286,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "live pressure",
                    "hint": "Presses a channel's keys, or with a pitch one of them.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-85",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        1120,
                        110,
                        22
                    ],
                    "text": "go /live/pressure",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-86",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1148,
                        900,
                        21
                    ],
                    "text": "channel value [pitch]: Presses a channel's keys, or with a pitch one of them.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-87",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        1090,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        287,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-88",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        1062,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-89",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        1120,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/pressure channel"
                }
            },
            {
                "box": {
                    "id": "obj-90",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        1040,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        270,
                        64,
                        16
                    ],
                    "text": "channel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-91",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        428,
                        1090,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        287,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-92",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        428,
                        1062,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-93",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        428,
                        1120,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/pressure value"
                }
            },
            {
                "box": {
                    "id": "obj-94",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        428,
                        1040,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        270,
                        64,
                        16
                    ],
                    "text": "value",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-95",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        692,
                        1090,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        287,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-96",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        692,
                        1120,
                        240,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /live/pressure pitch"
                }
            },
            {
                "box": {
                    "id": "obj-97",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        692,
                        1040,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        266,
                        270,
                        64,
                        16
                    ],
                    "text": "pitch",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-98",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        1250,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        330,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "live panic",
                    "hint": "Silences every live job, and sets its controllers back.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-99",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        1280,
                        110,
                        22
                    ],
                    "text": "go /live/panic",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-100",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1308,
                        900,
                        21
                    ],
                    "text": "Silences every live job, and sets its controllers back.",
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
            },
            {
                "patchline": {
                    "source": [
                        "obj-26",
                        0
                    ],
                    "destination": [
                        "obj-27",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-27",
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
                        "obj-29",
                        0
                    ],
                    "destination": [
                        "obj-30",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-30",
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
                        "obj-32",
                        0
                    ],
                    "destination": [
                        "obj-33",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-33",
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
                        "obj-36",
                        0
                    ],
                    "destination": [
                        "obj-35",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-35",
                        0
                    ],
                    "destination": [
                        "obj-37",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-37",
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
                        "obj-40",
                        0
                    ],
                    "destination": [
                        "obj-39",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-39",
                        0
                    ],
                    "destination": [
                        "obj-41",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-41",
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
                        "obj-44",
                        0
                    ],
                    "destination": [
                        "obj-43",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-43",
                        0
                    ],
                    "destination": [
                        "obj-45",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-45",
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
                        "obj-47",
                        0
                    ],
                    "destination": [
                        "obj-48",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-48",
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
                        "obj-51",
                        0
                    ],
                    "destination": [
                        "obj-50",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-50",
                        0
                    ],
                    "destination": [
                        "obj-52",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-52",
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
                        "obj-55",
                        0
                    ],
                    "destination": [
                        "obj-54",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-54",
                        0
                    ],
                    "destination": [
                        "obj-56",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-56",
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
                        "obj-59",
                        0
                    ],
                    "destination": [
                        "obj-58",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-58",
                        0
                    ],
                    "destination": [
                        "obj-60",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-60",
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
                        "obj-62",
                        0
                    ],
                    "destination": [
                        "obj-63",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-63",
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
                        "obj-66",
                        0
                    ],
                    "destination": [
                        "obj-65",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-65",
                        0
                    ],
                    "destination": [
                        "obj-67",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-67",
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
                        "obj-70",
                        0
                    ],
                    "destination": [
                        "obj-69",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-69",
                        0
                    ],
                    "destination": [
                        "obj-71",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-71",
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
                        "obj-73",
                        0
                    ],
                    "destination": [
                        "obj-74",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-74",
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
                        "obj-77",
                        0
                    ],
                    "destination": [
                        "obj-76",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-76",
                        0
                    ],
                    "destination": [
                        "obj-78",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-78",
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
                        "obj-81",
                        0
                    ],
                    "destination": [
                        "obj-80",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-80",
                        0
                    ],
                    "destination": [
                        "obj-82",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-82",
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
                        "obj-84",
                        0
                    ],
                    "destination": [
                        "obj-85",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-85",
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
                        "obj-88",
                        0
                    ],
                    "destination": [
                        "obj-87",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-87",
                        0
                    ],
                    "destination": [
                        "obj-89",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-89",
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
                        "obj-92",
                        0
                    ],
                    "destination": [
                        "obj-91",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-91",
                        0
                    ],
                    "destination": [
                        "obj-93",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-93",
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
                        "obj-95",
                        0
                    ],
                    "destination": [
                        "obj-96",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-96",
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
                        "obj-98",
                        0
                    ],
                    "destination": [
                        "obj-99",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-99",
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
